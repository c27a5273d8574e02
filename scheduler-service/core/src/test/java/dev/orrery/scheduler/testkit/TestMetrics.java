package dev.orrery.scheduler.testkit;

import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.model.commit.CommitMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Metrics and watches for classes under test; no endpoint exports them. */
public final class TestMetrics {
  private TestMetrics() {}

  public static ProgressWatch watch() {
    return new ProgressWatch(new SimpleMeterRegistry(), Ticker.SYSTEM);
  }

  public static CommitMetrics commits() {
    return new CommitMetrics(new SimpleMeterRegistry(), watch());
  }

  public static QuotaMetrics quotas() {
    return new QuotaMetrics(new SimpleMeterRegistry());
  }
}
