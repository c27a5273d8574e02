package dev.orrery.scheduler.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class ShareMetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final AppShare share =
      new ShareMetrics(registry).watch("large_things", new AppShare(200, 100));

  @Test
  void fullestShareAndRefusalsAreShownByKind() {
    share.take(1, 30);
    share.take(2, 80);
    share.take(2, 30);

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
