package dev.orrery.scheduler.extras.notification;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;

import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.protocol.startup.StartupException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Rejects an interval so short that jobs would be scanned continuously, a number of deliveries per
 * app that is out of range, and invalid networks.
 */
@ApplicationScoped
class NotificationConfigCheck {
  private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);

  void check(@Observes @Priority(START_CHECKS) StartupEvent event, NotificationConfig config) {
    require(config.lateInterval());
    requireShare(config.maxDeliveriesPerApp());
    networks(config.allowedNetworks());
  }

  /**
   * @throws StartupException naming an entry that is no network
   */
  static AllowedNetworks networks(Optional<List<String>> allowed) {
    return AllowedNetworks.parse(
        "orrery.notifications.allowed-networks", allowed.orElse(List.of()));
  }

  static void requireShare(int deliveries) {
    if (deliveries < 1 || deliveries > NotificationLimits.MAX_CONCURRENT_DELIVERIES) {
      throw new StartupException(
          "orrery.notifications.max-deliveries-per-app is "
              + deliveries
              + "; set it to a number from 1 to "
              + NotificationLimits.MAX_CONCURRENT_DELIVERIES
              + ".");
    }
  }

  static void require(Duration lateInterval) {
    if (lateInterval.compareTo(MIN_INTERVAL) < 0) {
      throw new StartupException(
          "orrery.notifications.late-interval is "
              + lateInterval
              + "; set it to at least one second, such as 5s.");
    }
  }
}
