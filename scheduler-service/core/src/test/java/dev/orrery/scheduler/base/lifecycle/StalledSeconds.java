package dev.orrery.scheduler.base.lifecycle;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;

/** The metric of a part that makes no progress. */
public final class StalledSeconds {
  private StalledSeconds() {}

  public static double of(MeterRegistry registry, String part) {
    return registry.get("orrery.stalled").tag("part", part).timeGauge().value(TimeUnit.SECONDS);
  }
}
