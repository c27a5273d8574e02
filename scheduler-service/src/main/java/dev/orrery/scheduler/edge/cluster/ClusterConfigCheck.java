package dev.orrery.scheduler.edge.cluster;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;

import dev.orrery.protocol.startup.StartupException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/**
 * Refuses to start with a heartbeat interval that would make this replica look lost, or flood the
 * others.
 */
@ApplicationScoped
class ClusterConfigCheck {
  private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
  private static final Duration MAX_INTERVAL = Duration.ofSeconds(2);

  void check(@Observes @Priority(START_CHECKS) StartupEvent event, ClusterConfig config) {
    require(config.heartbeatInterval());
  }

  static void require(Duration heartbeatInterval) {
    if (heartbeatInterval.compareTo(MIN_INTERVAL) < 0
        || heartbeatInterval.compareTo(MAX_INTERVAL) > 0) {
      throw new StartupException(
          "orrery.cluster.heartbeat-interval is "
              + heartbeatInterval
              + "; set it to between 100 milliseconds and 2 seconds, such as 2s.");
    }
  }
}
