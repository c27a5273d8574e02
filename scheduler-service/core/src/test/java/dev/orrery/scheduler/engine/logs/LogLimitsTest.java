package dev.orrery.scheduler.engine.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.message.MessageLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLimitsTest {
  private final Chunk chunk =
      new Chunk(
          1,
          1,
          10,
          List.of(
              new Line(0, "stdout", "abc"),
              new Line(0, "stdout", ""),
              new Line(0, "stdout", null)));

  @Test
  void countsStreamNameAndFrameOfEachLine() {
    assertThat(LogLimits.bytes(chunk)).isEqualTo(3 * (16 + 6) + 3);
  }

  @Test
  void limitsTextStreamNameAndAgeOfLines() {
    Line line =
        new Line(
            Long.MAX_VALUE, "s".repeat(5_000), "t".repeat(MessageLimits.MAX_LOG_LINE_LENGTH * 3));

    Line cut = LogLimits.bounded(List.of(new Chunk(1, 1, 0, List.of(line)))).get(0).lines().get(0);

    assertThat(cut.stream()).isEqualTo("s".repeat(20));
    assertThat(cut.text()).hasSize(MessageLimits.MAX_LOG_LINE_LENGTH + 1).endsWith("…");
    assertThat(cut.ageMillis()).isLessThan(Long.MAX_VALUE / 1_000_000);
  }

  @Test
  void keepsLinesWithinLimitsUnchanged() {
    Line longest = new Line(0, "s".repeat(20), "t".repeat(MessageLimits.MAX_LOG_LINE_LENGTH) + "…");
    List<Chunk> chunks = List.of(chunk, new Chunk(1, 1, 13, List.of(longest)));

    assertThat(LogLimits.bounded(chunks)).isSameAs(chunks);
  }

  @Test
  void numbersLinesFromFirstSequence() {
    assertThat(LogLimits.lastSequence(chunk)).isEqualTo(12);
  }

  @Test
  void allowsLargerLogThanWorkerLimit() {
    assertThat(LogLimits.MAX_ATTEMPT_BYTES)
        .isGreaterThan(MessageLimits.MAX_ATTEMPT_LOG_BYTES + 16 * 1024);
  }

  @Test
  void replacesCharactersUnsupportedByDatabase() {
    assertThat(LogLimits.storable("a\0b")).isEqualTo("a\uFFFDb");
    assertThat(LogLimits.storable(null)).isEmpty();
  }
}
