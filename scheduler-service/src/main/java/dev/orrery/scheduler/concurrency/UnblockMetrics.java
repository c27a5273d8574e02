package dev.orrery.scheduler.concurrency;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/** Counts unblocked instances, and those among them that no hint announced. */
@Startup
@Singleton
class UnblockMetrics {
  private final Counter letIn;
  private final Counter forgotten;

  UnblockMetrics(MeterRegistry registry) {
    letIn =
        Counter.builder("orrery.instances.unblocked")
            .description("Blocked instances that this replica unblocked")
            .register(registry);
    forgotten =
        Counter.builder("orrery.instances.unblocked.late")
            .description(
                "Blocked instances that the periodic check of this replica unblocked without a hint")
            .register(registry);
  }

  void letIn(int instances) {
    letIn.increment(instances);
  }

  void forgotten(int instances) {
    forgotten.increment(instances);
  }
}
