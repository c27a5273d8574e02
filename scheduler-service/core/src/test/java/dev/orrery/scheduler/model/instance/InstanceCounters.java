package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.engine.completion.InstanceMetrics;
import io.micrometer.core.instrument.MeterRegistry;

/** Counters of instances for tests of other packages. */
public final class InstanceCounters {
  private InstanceCounters() {}

  public static InstanceMetrics in(MeterRegistry registry) {
    return new InstanceMetrics(registry);
  }
}
