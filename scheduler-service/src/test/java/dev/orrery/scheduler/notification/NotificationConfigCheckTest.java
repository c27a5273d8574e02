package dev.orrery.scheduler.notification;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NotificationConfigCheckTest {

  @Test
  void intervalOfASecondIsAccepted() {
    assertThatCode(() -> NotificationConfigCheck.require(Duration.ofSeconds(1)))
        .doesNotThrowAnyException();
  }

  @Test
  void shorterIntervalIsRefused() {
    assertThatThrownBy(() -> NotificationConfigCheck.require(Duration.ofMillis(999)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.notifications.late-interval is PT0.999S")
        .hasMessageContaining("at least one second");
  }
}
