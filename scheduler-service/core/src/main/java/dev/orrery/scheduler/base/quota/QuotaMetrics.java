package dev.orrery.scheduler.base.quota;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;

/**
 * Registers the metrics of quotas, by kind. No label names an app, because the number of apps has
 * no bound.
 */
@Singleton
public class QuotaMetrics {
  private final MeterRegistry registry;

  public QuotaMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Registers the meters of a quota, and returns the quota.
   *
   * @param kind of the shared resource, in words with underscores
   */
  public AppQuota watch(String kind, AppQuota quota) {
    Gauge.builder("orrery.share.used.ratio", quota, AppQuota::usedRatio)
        .description(
            "Used part of the share of the app that uses most of it on this replica; beyond 1 its"
                + " requests get 429")
        .tag("kind", kind)
        .register(registry);
    FunctionCounter.builder("orrery.share.refused", quota, AppQuota::refused)
        .description(
            "Requests that this replica refused because the share of their app, or that of all"
                + " apps, was used up")
        .tag("kind", kind)
        .register(registry);
    return quota;
  }
}
