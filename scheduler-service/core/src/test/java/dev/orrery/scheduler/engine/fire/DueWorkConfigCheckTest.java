package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DueWorkConfigCheckTest {
  @ParameterizedTest
  @CsvSource({
    "PT1S,   PT2S,   PT30S",
    "PT0.1S, PT0.1S, PT0.3S",
    "PT1S,   PT2S,   PT3S",
    "PT1M,   PT10M,  PT3M"
  })
  void acceptsValidDueWorkIntervals(Duration interval, Duration blocked, Duration lease) {
    assertThatCode(() -> require(interval, blocked, lease)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PT0.099S   | PT2S       | PT30S | orrery.due-work.interval is PT0.099S; set it to between PT0.1S and PT1M.
          PT0S       | PT2S       | PT30S | orrery.due-work.interval is PT0S; set it to between PT0.1S and PT1M.
          PT-1S      | PT2S       | PT30S | orrery.due-work.interval is PT-1S; set it to between PT0.1S and PT1M.
          PT1M0.001S | PT2S       | PT1H  | orrery.due-work.interval is PT1M0.001S; set it to between PT0.1S and PT1M.
          PT1S       | PT0.099S   | PT30S | orrery.due-work.blocked-interval is PT0.099S; set it to between PT0.1S and PT10M.
          PT1S       | PT10M0.1S  | PT30S | orrery.due-work.blocked-interval is PT10M0.1S; set it to between PT0.1S and PT10M.
          PT10.001S  | PT2S       | PT30S | orrery.due-work.interval (PT10.001S) is more than a third of orrery.session.lease (PT30S): an outage of the database could end sessions before it is noticed. Set the interval to at most PT10S, or the lease to at least PT30.003S.
          """)
  void refusesInvalidIntervalsAndNamesSetting(
      Duration interval, Duration blocked, Duration lease, String message) {
    assertThatThrownBy(() -> require(interval, blocked, lease))
        .isInstanceOf(StartupException.class)
        .hasMessage(message);
  }

  private static void require(Duration interval, Duration blocked, Duration lease) {
    DueWorkConfigCheck.require(
        new DueWorkConfig() {
          @Override
          public Duration interval() {
            return interval;
          }

          @Override
          public Duration blockedInterval() {
            return blocked;
          }
        },
        lease);
  }
}
