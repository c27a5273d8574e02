package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.powerjob.HeldBlocks.Block;
import dev.orrery.scheduler.powerjob.HeldBlocks.TimedLine;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldBlocksTest {
  private static final long HOLD = PowerJobLimits.LOG_HOLD_TIME.toNanos();

  private final AppQuota quota = new AppQuota(100, 100);
  private final HeldBlocks blocks = new HeldBlocks();
  private long arrived;

  /** Each line is its time and a letter; each message arrives a nanosecond after the last one. */
  private Block block(String... lines) {
    return block(false, lines);
  }

  private Block block(boolean isRest, String... lines) {
    return new Block(
        Arrays.stream(lines)
            .map(line -> new TimedLine(Long.parseLong(line.replaceAll("\\D", "")), "", line))
            .toList(),
        isRest,
        arrived++,
        quota.hold(1, 1).orElseThrow());
  }

  private static List<String> texts(List<Block> released) {
    return HeldBlocks.lines(released).stream().map(TimedLine::text).toList();
  }

  @Test
  void ordersMessagesByLineTime() {
    assertThat(texts(List.of(block("7a", "8a"), block("1b", "3b"), block("4c", "6c"))))
        .containsExactly("1b", "3b", "4c", "6c", "7a", "8a");
  }

  @Test
  void keepsOrderOfLinesWithSameTime() {
    assertThat(texts(List.of(block("5x", "5y", "6z"), block("4a", "5b", "5c"))))
        .containsExactly("4a", "5b", "5c", "5x", "5y", "6z");
    assertThat(texts(List.of(block("5m", "5n"), block("5o", "5p"))))
        .containsExactly("5m", "5n", "5o", "5p");
    assertThat(texts(List.of(block(true, "5r"), block("5m", "5n"))))
        .containsExactly("5m", "5n", "5r");
  }

  @Test
  void ordersInterleavedLinesByTime() {
    assertThat(texts(List.of(block("2a", "1b", "4c"), block("3d", "5e"))))
        .containsExactly("1b", "2a", "3d", "4c", "5e");
  }

  @Test
  void releasesHeldLinesWithEarlierLines() {
    blocks.add(block("10a", "20b"));
    arrived = HOLD;
    blocks.add(block("5c", "9d"));
    blocks.add(block("21e"));

    assertThat(texts(blocks.release(HOLD / 2))).isEmpty();
    assertThat(texts(blocks.release(HOLD))).containsExactly("5c", "9d", "10a", "20b");
    assertThat(blocks.isEmpty()).isFalse();
    assertThat(texts(blocks.release(2 * HOLD + 1))).containsExactly("21e");
    assertThat(blocks.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10a 12b 5c", "10a 5b 12c", "12a 10b 5c", "5a 5b 5c", "9a 0b"})
  void releasesMessageWhoseLinesAreNotInOrder(String lines) {
    blocks.add(block(lines.split(" ")));
    arrived = HOLD;
    blocks.add(block("4y"));
    blocks.add(block("13z"));

    assertThat(texts(blocks.release(HOLD))).contains(lines.split(" ")).contains("4y");
    assertThat(texts(blocks.release(2 * HOLD + 1))).containsExactly("13z");
    assertThat(blocks.isEmpty()).isTrue();
  }

  @Test
  void releasesAllLinesOnStop() {
    blocks.add(block("2a"));
    blocks.add(block("1b"));

    assertThat(texts(blocks.releaseAll())).containsExactly("1b", "2a");
    assertThat(blocks.isEmpty()).isTrue();
    assertThat(PowerJobLimits.LOG_HOLD_TIME).isLessThan(Duration.ofSeconds(5));
  }
}
