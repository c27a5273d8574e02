package dev.orrery.scheduler.quota;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;

/** The use of shares by kind. No label names an app, because the number of apps has no bound. */
@Singleton
public class ShareMetrics {
  private final MeterRegistry registry;

  public ShareMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Registers the meters of a share, and returns the share.
   *
   * @param kind of the shared resource, in words with underscores
   */
  public AppShare watch(String kind, AppShare share) {
    Gauge.builder("orrery.share.used.ratio", share, AppShare::usedRatio)
        .description(
            "Used part of the share of the app that uses most of it on this replica; beyond 1 its"
                + " requests get 429")
        .tag("kind", kind)
        .register(registry);
    FunctionCounter.builder("orrery.share.refused", share, AppShare::refused)
        .description(
            "Requests that this replica refused because the share of their app, or that of all"
                + " apps, was used up")
        .tag("kind", kind)
        .register(registry);
    return share;
  }
}
