package dev.orrery.scheduler.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/** How this replica learned of ready work. */
@Startup
@Singleton
class LaneMetrics {
  private final Counter forgotten;

  LaneMetrics(MeterRegistry registry) {
    forgotten =
        Counter.builder("orrery.lanes.forgotten")
            .description(
                "Lanes in which a periodic look of this replica found ready work that no hint had told"
                    + " of")
            .register(registry);
  }

  void forgotten(int lanes) {
    forgotten.increment(lanes);
  }
}
