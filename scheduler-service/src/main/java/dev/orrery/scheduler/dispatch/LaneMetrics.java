package dev.orrery.scheduler.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/** Counts lanes with ready work that no hint announced. */
@Startup
@Singleton
class LaneMetrics {
  private final Counter foundLate;

  LaneMetrics(MeterRegistry registry) {
    foundLate =
        Counter.builder("orrery.lanes.found.late")
            .description(
                "Lanes in which the periodic query of this replica found ready work without a hint")
            .register(registry);
  }

  void foundLate(int lanes) {
    foundLate.increment(lanes);
  }
}
