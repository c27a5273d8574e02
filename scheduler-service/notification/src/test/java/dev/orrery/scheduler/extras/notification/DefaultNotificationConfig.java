package dev.orrery.scheduler.extras.notification;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The defaults of the settings. */
final class DefaultNotificationConfig implements NotificationConfig {
  @Override
  public Optional<List<String>> allowedNetworks() {
    return Optional.empty();
  }

  @Override
  public Duration backoff() {
    return Duration.ofSeconds(5);
  }

  @Override
  public Duration maxBackoff() {
    return Duration.ofHours(1);
  }

  @Override
  public Duration giveUpAfter() {
    return Duration.ofHours(24);
  }

  @Override
  public int maxDeliveriesPerApp() {
    return 4;
  }

  @Override
  public Duration lateInterval() {
    return Duration.ofSeconds(5);
  }
}
