package dev.orrery.scheduler.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/** Counts ready work that no hint announced. */
@Startup
@Singleton
class LaneMetrics {
  private final Counter forgotten;

  LaneMetrics(MeterRegistry registry) {
    forgotten =
        Counter.builder("orrery.lanes.found.late")
            .description(
                "Lanes in which the periodic query of this replica found ready work without a hint")
            .register(registry);
  }

  void forgotten(int lanes) {
    forgotten.increment(lanes);
  }
}
