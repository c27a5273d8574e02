package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationConfigCheckTest {

  @Test
  void acceptsLateCheckIntervalOfOneSecond() {
    assertThatCode(() -> NotificationConfigCheck.require(Duration.ofSeconds(1)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 17})
  void refusesMaxDeliveriesPerAppOutOfRange(int deliveries) {
    NotificationConfigCheck.requireShare(1);
    NotificationConfigCheck.requireShare(16);
    assertThatThrownBy(() -> NotificationConfigCheck.requireShare(deliveries))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.notifications.max-deliveries-per-app is " + deliveries);
  }

  @Test
  void refusesLateCheckIntervalBelowOneSecond() {
    assertThatThrownBy(() -> NotificationConfigCheck.require(Duration.ofMillis(999)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.notifications.late-interval is PT0.999S")
        .hasMessageContaining("at least one second");
  }

  @Test
  void refusesInvalidNetwork() {
    assertThatThrownBy(
            () ->
                NotificationConfigCheck.networks(Optional.of(List.of("10.0.0.0/8", "10.0.0.0/33"))))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.notifications.allowed-networks names '10.0.0.0/33'");
  }
}
