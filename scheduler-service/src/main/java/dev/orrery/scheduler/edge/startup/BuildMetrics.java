package dev.orrery.scheduler.edge.startup;

import dev.orrery.scheduler.base.lifecycle.BuildInfo;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/**
 * Registers a gauge with the version of this replica as a label, so that dashboards can show
 * version skew.
 */
@Startup
@Singleton
class BuildMetrics {
  BuildMetrics(BuildInfo build, MeterRegistry registry) {
    Gauge.builder("orrery.build.info", () -> 1)
        .description("The version of this replica as a label; the value is always 1")
        .tag("version", build.version())
        .register(registry);
  }
}
