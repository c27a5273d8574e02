package dev.orrery.scheduler.engine.worker;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionConfigCheckTest {
  @ParameterizedTest
  @CsvSource({
    "PT30S, PT10S, PT25S",
    "PT3S, PT1S, PT60S",
    "PT0.3S, PT0.1S, PT0.1S",
    "PT1H, PT1S, PT1S"
  })
  void acceptsConsistentSessionTimes(Duration lease, Duration renewInterval, Duration wait) {
    assertThatCode(() -> require(lease, renewInterval, wait)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PT30S | PT10.001S | PT25S    | orrery.session.renew-interval (PT10.001S) is more than a third of orrery.session.lease (PT30S): two lost renewals would end a session. Set the lease to at least PT30.003S, or renew more often.
          PT10S | PT10S     | PT25S    | orrery.session.renew-interval (PT10S) is more than a third of orrery.session.lease (PT10S): two lost renewals would end a session. Set the lease to at least PT30S, or renew more often.
          PT0S  | PT1S      | PT25S    | orrery.session.renew-interval (PT1S) is more than a third of orrery.session.lease (PT0S): two lost renewals would end a session. Set the lease to at least PT3S, or renew more often.
          PT30S | PT0S      | PT25S    | orrery.session.renew-interval is PT0S; set it to at least 100 milliseconds.
          PT30S | PT0.099S  | PT25S    | orrery.session.renew-interval is PT0.099S; set it to at least 100 milliseconds.
          PT30S | PT-10S    | PT25S    | orrery.session.renew-interval is PT-10S; set it to at least 100 milliseconds.
          PT30S | PT10S     | PT0.099S | orrery.poll.timeout is PT0.099S; set it to at least 100 milliseconds.
          """)
  void refusesInconsistentSessionTimesWithAdvice(
      Duration lease, Duration renewInterval, Duration wait, String message) {
    assertThatThrownBy(() -> require(lease, renewInterval, wait))
        .isInstanceOf(StartupException.class)
        .hasMessage(message);
  }

  private static void require(Duration lease, Duration renewInterval, Duration wait) {
    SessionConfigCheck.require(
        new SessionConfig() {
          @Override
          public Duration lease() {
            return lease;
          }

          @Override
          public Duration renewInterval() {
            return renewInterval;
          }
        },
        () -> wait);
  }
}
