package dev.orrery.scheduler.logs;

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
  void everyLineCountsWithItsEnd() {
    assertThat(LogLimits.bytes(chunk)).isEqualTo(6);
  }

  @Test
  void linesAreNumberedFromTheFirst() {
    assertThat(LogLimits.lastSequence(chunk)).isEqualTo(12);
  }

  @Test
  void wallIsBehindTheBoundOfTheWorker() {
    assertThat(LogLimits.MAX_ATTEMPT_BYTES)
        .isGreaterThan(MessageLimits.MAX_ATTEMPT_LOG_BYTES + 16 * 1024);
  }

  @Test
  void whatTheDatabaseCannotStoreIsReplaced() {
    assertThat(LogLimits.storable("a\0b")).isEqualTo("a\uFFFDb");
    assertThat(LogLimits.storable(null)).isEmpty();
  }
}
