package dev.orrery.scheduler.base.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class QuotaMetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final AppQuota quota =
      new QuotaMetrics(registry).watch("large_things", new AppQuota(200, 100));

  @Test
  void exposesFullestShareAndRefusalsByKind() {
    quota.take(1, 30);
    quota.take(2, 80);
    quota.take(2, 30);

    assertThat(registry.get("orrery.share.used.ratio").tag("kind", "large_things").gauge().value())
        .isEqualTo(0.8);
    assertThat(
            registry
                .get("orrery.share.refused")
                .tag("kind", "large_things")
                .functionCounter()
                .count())
        .isEqualTo(1);
  }
}
