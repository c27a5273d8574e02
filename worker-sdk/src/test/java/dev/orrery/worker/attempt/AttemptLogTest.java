package dev.orrery.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AttemptLogTest {
  private static final int MIB = 1024 * 1024;

  private final AttemptLog log = new AttemptLog(new AttemptRef(77, 2));

  @Test
  void emptyLogHasNothingToSend() {
    assertThat(log.next(Integer.MAX_VALUE)).isEmpty();
    assertThat(log.isDelivered()).isTrue();
  }

  @Test
  void linesAreSentInTheirOrderFromNumberZero() {
    log.add("stdout", "one");
    log.add("stderr", "two");

    Chunk chunk = log.next(Integer.MAX_VALUE).orElseThrow();

    assertThat(chunk.ref()).isEqualTo(new AttemptRef(77, 2));
    assertThat(chunk.sequence()).isZero();
    assertThat(chunk.lines()).extracting(Line::stream).containsExactly("stdout", "stderr");
    assertThat(chunk.lines()).extracting(Line::text).containsExactly("one", "two");
    assertThat(chunk.lines()).allSatisfy(line -> assertThat(line.ageMillis()).isNotNegative());
    assertThat(log.isDelivered()).isFalse();
  }

  @Test
  void chunkKeepsItsLinesWhenItIsSentAgain() {
    log.add("stdout", "one");
    Chunk first = log.next(Integer.MAX_VALUE).orElseThrow();
    log.add("stdout", "two");

    Chunk again = log.next(Integer.MAX_VALUE).orElseThrow();

    assertThat(again.sequence()).isEqualTo(first.sequence());
    assertThat(again.lines()).extracting(Line::text).containsExactly("one");
  }

  @Test
  void nextChunkFollowsTheAcknowledgedOne() {
    log.add("stdout", "one");
    log.add("stdout", "two");
    log.next(Integer.MAX_VALUE);
    log.add("stdout", "three");

    log.accepted(1);

    Chunk next = log.next(Integer.MAX_VALUE).orElseThrow();
    assertThat(next.sequence()).isEqualTo(2);
    assertThat(next.lines()).extracting(Line::text).containsExactly("three");
  }

  @Test
  void logIsDeliveredOnceTheLastLineIsAcknowledged() {
    log.add("stdout", "one");
    log.add("stdout", "two");

    log.next(Integer.MAX_VALUE);
    log.accepted(0);
    assertThat(log.isDelivered()).isFalse();
    log.next(Integer.MAX_VALUE);
    log.accepted(1);

    assertThat(log.isDelivered()).isTrue();
    assertThat(log.next(Integer.MAX_VALUE)).isEmpty();
  }

  @Test
  void acknowledgementThatComesTwiceTakesNothingAwayThatIsNew() {
    log.add("stdout", "one");
    log.next(Integer.MAX_VALUE);
    log.accepted(0);
    log.add("stdout", "two");

    log.accepted(0);

    assertThat(log.next(Integer.MAX_VALUE).orElseThrow().sequence()).isEqualTo(1);
  }

  @Test
  void muchIsSplitIntoChunksThatTogetherAreAllOfIt() {
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      String line = i + "-" + "x".repeat(1000);
      written.add(line);
      log.add("stdout", line);
    }

    List<String> sent = new ArrayList<>();
    int chunks = 0;
    for (Optional<Chunk> chunk = log.next(Integer.MAX_VALUE);
        chunk.isPresent();
        chunk = log.next(Integer.MAX_VALUE)) {
      assertThat(chunk.get().sequence()).isEqualTo(sent.size());
      assertThat(characters(chunk.get())).isLessThanOrEqualTo(128 * 1024);
      chunk.get().lines().forEach(line -> sent.add(line.text()));
      log.accepted(sent.size() - 1);
      chunks++;
    }

    assertThat(sent).isEqualTo(written);
    assertThat(chunks).isBetween(4, 5);
  }

  @Test
  void beyondOneMebibyteOneLineSaysThatTheRestIsLeftOut() {
    String line = "x".repeat(1024 - Line.weight("stdout", ""));
    for (int i = 0; i < 2000; i++) {
      log.add("stdout", line);
    }

    List<Line> lines = drained();

    assertThat(lines).hasSize(MIB / 1024 + 1);
    Line last = lines.get(lines.size() - 1);
    assertThat(last.stream()).isEqualTo("orrery");
    assertThat(last.text()).isEqualTo("truncated: an attempt writes at most 1 MiB");
    assertThat(lines.subList(0, lines.size() - 1))
        .allSatisfy(kept -> assertThat(kept.text()).isEqualTo(line));
  }

  @Test
  void whatWasDeliveredCountsTowardsTheBoundAsWell() {
    String line = "x".repeat(1024 - Line.weight("stdout", ""));
    for (int i = 0; i < MIB / 1024; i++) {
      log.add("stdout", line);
    }
    drained();

    log.add("stdout", "one too many");
    log.add("stdout", "and another");

    assertThat(drained())
        .extracting(Line::text)
        .containsExactly("truncated: an attempt writes at most 1 MiB");
  }

  @Test
  void longLineIsCutAndShowsIt() {
    log.add("stdout", "a".repeat(16 * 1024));
    log.add("stdout", "b".repeat(16 * 1024 + 1));

    List<Line> lines = drained();

    assertThat(lines.get(0).text()).isEqualTo("a".repeat(16 * 1024));
    assertThat(lines.get(1).text()).isEqualTo("b".repeat(16 * 1024) + "…");
  }

  @Test
  void onlyTheFirstLineIsReported() {
    AtomicInteger told = new AtomicInteger();
    log.onFirstLine(told::incrementAndGet);

    log.add("stdout", "one");
    log.add("stdout", "two");
    drained();
    log.add("stdout", "three");

    assertThat(told).hasValue(1);
  }

  private List<Line> drained() {
    List<Line> lines = new ArrayList<>();
    for (Optional<Chunk> chunk = log.next(Integer.MAX_VALUE);
        chunk.isPresent();
        chunk = log.next(Integer.MAX_VALUE)) {
      lines.addAll(chunk.get().lines());
      log.accepted(chunk.get().sequence() + chunk.get().lines().size() - 1);
    }
    return lines;
  }

  private static int characters(Chunk chunk) {
    return chunk.lines().stream().mapToInt(line -> line.text().length() + 1).sum();
  }
}
