package dev.orrery.scheduler.model.concurrency;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/** Counts unblocked instances, and the ones that no hint announced. */
@Startup
@Singleton
class UnblockMetrics {
  private final Counter unblocked;
  private final Counter late;

  UnblockMetrics(MeterRegistry registry) {
    unblocked =
        Counter.builder("orrery.instances.unblocked")
            .description("Blocked instances that this replica unblocked")
            .register(registry);
    late =
        Counter.builder("orrery.instances.unblocked.late")
            .description(
                "Blocked instances that the periodic check of this replica unblocked without a hint")
            .register(registry);
  }

  void unblocked(int instances) {
    unblocked.increment(instances);
  }

  void unblockedLate(int instances) {
    late.increment(instances);
  }
}
