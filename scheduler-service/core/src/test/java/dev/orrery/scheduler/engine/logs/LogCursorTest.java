package dev.orrery.scheduler.engine.logs;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogCursorTest {
  @Test
  void parsesFormattedLogCursor() {
    LogCursor cursor = LogCursor.behind(line(3, 17));

    assertThat(cursor).hasToString("3-17");
    assertThat(LogCursor.parse("3-17")).isEqualTo(cursor);
  }

  @Test
  void placesStartBeforeAllLines() {
    assertThat(LogCursor.parse(null)).isEqualTo(LogCursor.START);
    assertThat(LogCursor.START.isBefore(line(1, 0))).isTrue();
    assertThat(LogCursor.parse(LogCursor.START.toString())).isEqualTo(LogCursor.START);
  }

  @ParameterizedTest
  @CsvSource({"2, 5, false", "2, 6, true", "2, 4, false", "3, 0, true", "1, 9, false"})
  void ordersLinesByAttemptThenSequence(int attempt, int sequence, boolean behind) {
    assertThat(new LogCursor(2, 5).isBefore(line(attempt, sequence))).isEqualTo(behind);
  }

  @Test
  void formatsCursorOfMaximumSequence() {
    LogCursor last = LogCursor.behind(line(1, Integer.MAX_VALUE));

    assertThat(LogCursor.parse(last.toString())).isEqualTo(last);
    assertThat(last.isBefore(line(2, 0))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "5", "-5", "3-", "x-1", "1-x", "1-2-3", "99999999999-1"})
  void refusesInvalidLogCursor(String text) {
    assertInvalid("after", () -> LogCursor.parse(text));
  }

  private static LogLine line(int attempt, int sequence) {
    return new LogLine(attempt, sequence, Instant.EPOCH, "stdout", "x");
  }
}
