package dev.orrery.scheduler.quota;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Quotas whose meters are never scraped. */
public final class UnwatchedQuotas {
  private UnwatchedQuotas() {}

  public static QuotaMetrics metrics() {
    return new QuotaMetrics(new SimpleMeterRegistry());
  }
}
