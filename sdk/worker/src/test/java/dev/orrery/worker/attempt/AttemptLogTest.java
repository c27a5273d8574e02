package dev.orrery.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttemptLogTest {
  private static final int MIB = 1024 * 1024;

  private final AttemptLog log = new AttemptLog(new AttemptRef(77, 2));

  @Test
  void returnsNoChunkForEmptyLog() {
    assertThat(log.next(Integer.MAX_VALUE)).isEmpty();
    assertThat(log.isDelivered()).isTrue();
  }

  @Test
  void returnsLinesInOrderFromSequenceZero() {
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
  void returnsSameChunkUntilAcknowledged() {
    log.add("stdout", "one");
    Chunk first = log.next(Integer.MAX_VALUE).orElseThrow();
    log.add("stdout", "two");

    Chunk again = log.next(Integer.MAX_VALUE).orElseThrow();

    assertThat(again.sequence()).isEqualTo(first.sequence());
    assertThat(again.lines()).extracting(Line::text).containsExactly("one");
  }

  @Test
  void returnsChunkFollowingAcknowledgedLines() {
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
  void reportsLogDeliveredOnceLastLineIsAcknowledged() {
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
  void ignoresRepeatedAcknowledgement() {
    log.add("stdout", "one");
    log.next(Integer.MAX_VALUE);
    log.accepted(0);
    log.add("stdout", "two");

    log.accepted(0);

    assertThat(log.next(Integer.MAX_VALUE).orElseThrow().sequence()).isEqualTo(1);
  }

  @Test
  void keepsChunkInFlightAndLastLines() {
    log.add("stdout", "in flight");
    Chunk first = log.next(Integer.MAX_VALUE).orElseThrow();
    for (int i = 1; i <= 200; i++) {
      log.add("stdout", "x".repeat(999));
    }
    log.end();

    log.keepLastLines();

    assertThat(log.next(Integer.MAX_VALUE).orElseThrow().lines())
        .extracting(Line::text)
        .containsExactly("in flight");
    log.accepted(first.sequence());
    Chunk rest = log.next(Integer.MAX_VALUE).orElseThrow();
    assertThat(rest.sequence()).isEqualTo(1);
    int kept = rest.lines().size() - 1;
    assertThat(kept).isBetween(62, 64);
    assertThat(rest.lines().get(0).text())
        .isEqualTo(
            "truncated: %d lines, %d bytes, are left out here; sending them took too long"
                .formatted(200 - kept, 1000 * (200 - kept)));
  }

  @Test
  void includesEarlierOmittedLinesInCountOfUnsentLines() {
    for (int i = 0; i < 3_000; i++) {
      log.add("stdout", "x".repeat(999));
    }
    log.end();

    log.keepLastLines();

    List<Line> lines = log.next(Integer.MAX_VALUE).orElseThrow().lines();
    int kept = lines.size() - 1;
    // Of the line that says that the end is held back, too.
    assertThat(lines.get(0).text()).startsWith("truncated: " + (3_001 - kept) + " lines, ");
  }

  @Test
  void keepsShortLogComplete() {
    log.add("stdout", "one");
    log.add("stdout", "two");
    log.end();

    log.keepLastLines();

    Chunk chunk = log.next(Integer.MAX_VALUE).orElseThrow();
    assertThat(chunk.sequence()).isZero();
    assertThat(chunk.lines()).extracting(Line::text).containsExactly("one", "two");
  }

  @Test
  void splitsLargeLogIntoBoundedChunksWithoutLoss() {
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
  void keepsBeginningAndEndOfLongLogAndCountsOmittedLines() {
    for (int i = 0; i < 2000; i++) {
      log.add("stdout", kibibyte(i));
    }
    log.end();

    List<Line> lines = drained();

    assertThat(lines).hasSize(768 + 1 + 1 + 256);
    assertThat(lines.subList(0, 768)).extracting(Line::text).isEqualTo(kibibytes(0, 768));
    assertThat(lines.get(768).text())
        .isEqualTo("held back: from here on, the last 256 KiB follow when the attempt has ended");
    assertThat(lines.get(769).text())
        .isEqualTo(
            "truncated: 976 lines, %d bytes, are left out here; an attempt keeps 1 MiB of its log"
                .formatted(976 * (kibibyte(0).length() + 1)));
    assertThat(lines.subList(768, 770)).extracting(Line::stream).containsOnly("orrery");
    assertThat(lines.subList(770, lines.size()))
        .extracting(Line::text)
        .isEqualTo(kibibytes(2000 - 256, 2000));
  }

  @Test
  void keepsLogOfOneMebibyteComplete() {
    for (int i = 0; i < MIB / 1024; i++) {
      log.add("stdout", kibibyte(i));
    }
    log.end();

    List<String> texts = new ArrayList<>(drained().stream().map(Line::text).toList());

    assertThat(texts.remove(768)).startsWith("held back: ");
    assertThat(texts).isEqualTo(kibibytes(0, MIB / 1024));
  }

  @Test
  void holdsBackEndOfLongLogUntilAttemptEnds() {
    for (int i = 0; i < 800; i++) {
      log.add("stdout", kibibyte(i));
    }

    assertThat(drained()).hasSize(768 + 1);
    assertThat(log.isDelivered()).isTrue();

    log.add("stderr", "the reason");
    log.end();
    log.add("stderr", "after the end");

    List<Line> end = drained();
    assertThat(end).hasSize(800 - 768 + 1);
    assertThat(end.get(end.size() - 1))
        .extracting(Line::stream, Line::text)
        .containsExactly("stderr", "the reason");
  }

  @Test
  void countsOmittedBytesAsWritten() {
    for (int i = 0; i < MIB / 1024; i++) {
      log.add("stdout", kibibyte(i));
    }
    String cut = "\u00fc\u4e16\ud83d\ude00".repeat(20_000);
    log.add("stdout", cut);
    for (int i = 0; i < 256; i++) {
      log.add("stdout", kibibyte(i));
    }
    log.end();

    int bytes = 256 * (kibibyte(0).length() + 1) + cut.getBytes(StandardCharsets.UTF_8).length + 1;
    assertThat(drained())
        .extracting(Line::text)
        .anyMatch(text -> text.startsWith("truncated: 257 lines, %d bytes, ".formatted(bytes)));
  }

  /** Returns a line that weighs 1 KiB. */
  private static String kibibyte(int number) {
    String name = "%04d-".formatted(number);
    return name + "x".repeat(1024 - Line.weight("stdout", name));
  }

  private static List<String> kibibytes(int from, int until) {
    return IntStream.range(from, until).mapToObj(AttemptLogTest::kibibyte).toList();
  }

  @Test
  void truncatesLongLineWithMarker() {
    log.add("stdout", "a".repeat(16 * 1024));
    log.add("stdout", "b".repeat(16 * 1024 + 1));

    List<Line> lines = drained();

    assertThat(lines.get(0).text()).isEqualTo("a".repeat(16 * 1024));
    assertThat(lines.get(1).text()).isEqualTo("b".repeat(16 * 1024) + "…");
  }

  @Test
  void notifiesListenerOfFirstLineOnly() {
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
