package dev.orrery.scheduler.engine.fire;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.engine.worker.SessionConfig;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** Refuses to start with due-work intervals that cannot work. */
@ApplicationScoped
class DueWorkConfigCheck {
  private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
  private static final Duration MAX_INTERVAL = Duration.ofMinutes(1);
  private static final Duration MAX_FOR_BLOCKED = Duration.ofMinutes(10);

  void check(
      @Observes @Priority(START_CHECKS) StartupEvent event,
      DueWorkConfig config,
      SessionConfig session) {
    require(config, session.lease());
  }

  static void require(DueWorkConfig config, Duration lease) {
    requireBetween("orrery.due-work.interval", config.interval(), MAX_INTERVAL);
    requireBetween("orrery.due-work.blocked-interval", config.blockedInterval(), MAX_FOR_BLOCKED);
    if (config.interval().compareTo(lease.dividedBy(3)) > 0) {
      throw new StartupException(
          "orrery.due-work.interval ("
              + config.interval()
              + ") is more than a third of orrery.session.lease ("
              + lease
              + "): an outage of the database could end sessions before it is noticed. Set the"
              + " interval to at most "
              + lease.dividedBy(3)
              + ", or the lease to at least "
              + config.interval().multipliedBy(3)
              + ".");
    }
  }

  private static void requireBetween(String key, Duration value, Duration longest) {
    if (value.compareTo(MIN_INTERVAL) < 0 || value.compareTo(longest) > 0) {
      throw new StartupException(
          key + " is " + value + "; set it to between " + MIN_INTERVAL + " and " + longest + ".");
    }
  }
}
