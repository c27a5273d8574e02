package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.model.instance.EndReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;

/** Counts fire times by outcome, after the commit. */
@Startup
@Singleton
class FireMetrics {
  private final MeterRegistry registry;
  private final Counter started;

  FireMetrics(MeterRegistry registry) {
    this.registry = registry;
    started =
        Counter.builder("orrery.fires.started")
            .description("Instances that this replica started for triggers")
            .register(registry);
    List.of(EndReason.MISSED, EndReason.OVERLAP, EndReason.QUEUE_FULL).forEach(r -> skipped(r, 0));
  }

  void started(int count) {
    started.increment(count);
  }

  final void skipped(EndReason reason, int count) {
    Counter.builder("orrery.fires.skipped")
        .description(
            "Fire times that this replica skipped: missed while no scheduler was running, or because"
                + " of the overlap policy")
        .tag("reason", reason.name().toLowerCase(Locale.ROOT))
        .register(registry)
        .increment(count);
  }
}
