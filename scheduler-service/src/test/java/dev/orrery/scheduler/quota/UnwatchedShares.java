package dev.orrery.scheduler.quota;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Shares whose meters are never scraped. */
public final class UnwatchedShares {
  private UnwatchedShares() {}

  public static ShareMetrics metrics() {
    return new ShareMetrics(new SimpleMeterRegistry());
  }
}
