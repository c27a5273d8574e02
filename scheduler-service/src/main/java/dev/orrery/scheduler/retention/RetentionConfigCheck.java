package dev.orrery.scheduler.retention;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.START_CHECKS;

import dev.orrery.protocol.startup.StartupException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** Refuses to start with a retention below zero, which would delete what has not even ended. */
@ApplicationScoped
class RetentionConfigCheck {

  void check(@Observes @Priority(START_CHECKS) StartupEvent event, RetentionConfig retention) {
    require(retention);
  }

  static void require(RetentionConfig retention) {
    requireNotNegative("history", retention.history());
    requireNotNegative("logs", retention.logs());
    requireNotNegative("sessions", retention.sessions());
    requireNotNegative("deliveries", retention.deliveries());
    requireNotNegative("idempotency-keys", retention.idempotencyKeys());
    requireNotNegative("progress", retention.progress());
    if (retention.historyPerJob() < 0) {
      throw new StartupException(
          "orrery.retention.history-per-job is "
              + retention.historyPerJob()
              + "; set it to how many ended instances of each job to keep, or to 0 for no bound.");
    }
  }

  private static void requireNotNegative(String name, Duration age) {
    if (age.isNegative()) {
      throw new StartupException(
          "orrery.retention."
              + name
              + " is "
              + text(age)
              + "; set it to zero or more, such as 14D.");
    }
  }

  /** Days as settings have them; {@link Duration} itself prints hours. */
  private static String text(Duration age) {
    Duration days = Duration.ofDays(age.toDays());
    return age.equals(days) ? days.toDays() + "D" : age.toString();
  }
}
