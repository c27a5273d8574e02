package dev.orrery.scheduler.engine.retention;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.DurationConverter;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Refuses to start with a negative retention, which would delete logs of active instances. */
@ApplicationScoped
public class RetentionConfigCheck {
  private static final String PREFIX = "orrery.retention.";
  private static final String HISTORY_PER_JOB = "history-per-job";
  private static final String VERSIONS_PER_JOB = "versions-per-job";

  private static final Map<String, Function<RetentionConfig, Duration>> AGES =
      Map.of(
          "history", RetentionConfig::history,
          "logs", RetentionConfig::logs,
          "sessions", RetentionConfig::sessions,
          "deliveries", RetentionConfig::deliveries,
          "versions", RetentionConfig::versions,
          "tokens", RetentionConfig::tokens,
          "idempotency-keys", RetentionConfig::idempotencyKeys,
          "progress", RetentionConfig::progress);

  void check(@Observes @Priority(START_CHECKS) StartupEvent event, RetentionConfig retention) {
    require(retention);
  }

  /**
   * Checks the settings as written, before an embedded database is created.
   *
   * @param settings returns null for an absent setting
   */
  public static void requireWritten(UnaryOperator<String> settings) {
    for (String name : AGES.keySet()) {
      String age = settings.apply(PREFIX + name);
      if (age != null) {
        requireNotNegative(name, DurationConverter.parseDuration(age));
      }
    }
    String perJob = settings.apply(PREFIX + HISTORY_PER_JOB);
    if (perJob != null) {
      requirePerJob(Integer.parseInt(perJob));
    }
    String versions = settings.apply(PREFIX + VERSIONS_PER_JOB);
    if (versions != null) {
      requireVersions(Integer.parseInt(versions));
    }
  }

  static void require(RetentionConfig retention) {
    AGES.forEach((name, age) -> requireNotNegative(name, age.apply(retention)));
    requirePerJob(retention.historyPerJob());
    requireVersions(retention.versionsPerJob());
  }

  private static void requireVersions(int number) {
    if (number < 1) {
      throw new StartupException(
          PREFIX
              + VERSIONS_PER_JOB
              + " is "
              + number
              + "; set it to how many versions of each job to keep, 1 or more.");
    }
  }

  private static void requirePerJob(int number) {
    if (number < 0) {
      throw new StartupException(
          PREFIX
              + HISTORY_PER_JOB
              + " is "
              + number
              + "; set it to how many ended instances of each job to keep, or to 0 for no bound.");
    }
  }

  private static void requireNotNegative(String name, Duration age) {
    if (age.isNegative()) {
      throw new StartupException(
          PREFIX + name + " is " + text(age) + "; set it to zero or more, such as 14D.");
    }
  }

  /** Formats a duration in days, as in settings; {@link Duration} formats hours. */
  private static String text(Duration age) {
    Duration days = Duration.ofDays(age.toDays());
    return age.equals(days) ? days.toDays() + "D" : age.toString();
  }
}
