package dev.orrery.scheduler.engine.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Counts claimed attempts and lanes with ready work that no hint announced, and measures the time
 * of attempts from due to claimed.
 */
@Startup
@Singleton
class ClaimMetrics {
  /** Fixed, so that the histograms of all replicas and releases add up. */
  private static final Duration[] BUCKETS =
      Stream.of(
              1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000,
              600_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final Counter claimed;
  private final Timer lateness;
  private final Counter foundLate;

  ClaimMetrics(MeterRegistry registry) {
    claimed =
        Counter.builder("orrery.attempts.claimed")
            .description("Attempts that this replica assigned to workers")
            .register(registry);
    lateness =
        Timer.builder("orrery.schedule.to.start")
            .description(
                "Time from the due time of an instance to the claim of its attempt, by the clock"
                    + " of the database")
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
    foundLate =
        Counter.builder("orrery.lanes.found.late")
            .description(
                "Lanes in which the periodic query of this replica found ready work without a hint")
            .register(registry);
  }

  void claimed(List<ClaimedInstance> rows) {
    claimed.increment(rows.size());
    rows.forEach(row -> lateness.record(row.lateness()));
  }

  void foundLate(int lanes) {
    foundLate.increment(lanes);
  }
}
