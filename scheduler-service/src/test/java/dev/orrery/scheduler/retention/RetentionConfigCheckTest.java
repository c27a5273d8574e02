package dev.orrery.scheduler.retention;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionConfigCheckTest {
  @ParameterizedTest
  @CsvSource({"P30D, P14D, P30D, P7D, 0", "PT0S, PT0S, PT0S, PT0S, 1", "P1D, P60D, P1D, P1D, 1000"})
  void whatCanBeKeptIsTaken(
      Duration history, Duration logs, Duration sessions, Duration deliveries, int perJob) {
    assertThatCode(() -> require(history, logs, sessions, deliveries, perJob))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PT-1S | PT0S  | PT0S  | PT0S  | 0  | orrery.retention.history is PT-1S; set it to zero or more, such as 14D.
          PT0S  | PT-1S | PT0S  | PT0S  | 0  | orrery.retention.logs is PT-1S; set it to zero or more, such as 14D.
          PT0S  | PT0S  | PT-1S | PT0S  | 0  | orrery.retention.sessions is PT-1S; set it to zero or more, such as 14D.
          PT0S  | PT0S  | PT0S  | PT-1S | 0  | orrery.retention.deliveries is PT-1S; set it to zero or more, such as 14D.
          PT0S  | PT0S  | PT0S  | PT0S  | -1 | orrery.retention.history-per-job is -1; set it to how many ended instances of each job to keep, or to 0 for no bound.
          """)
  void lessThanNothingIsRefusedWithWhatToSet(
      Duration history,
      Duration logs,
      Duration sessions,
      Duration deliveries,
      int perJob,
      String message) {
    assertThatThrownBy(() -> require(history, logs, sessions, deliveries, perJob))
        .isInstanceOf(StartupException.class)
        .hasMessage(message);
  }

  private static void require(
      Duration history, Duration logs, Duration sessions, Duration deliveries, int perJob) {
    RetentionConfigCheck.require(
        new RetentionConfig() {
          @Override
          public Duration history() {
            return history;
          }

          @Override
          public int historyPerJob() {
            return perJob;
          }

          @Override
          public Duration logs() {
            return logs;
          }

          @Override
          public Duration sessions() {
            return sessions;
          }

          @Override
          public Duration deliveries() {
            return deliveries;
          }
        });
  }
}
