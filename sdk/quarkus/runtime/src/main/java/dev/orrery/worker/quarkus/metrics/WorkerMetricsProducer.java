package dev.orrery.worker.quarkus.metrics;

import dev.orrery.worker.binding.micrometer.WorkerMetrics;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The worker needs the metrics for its processors, so that these ask for the worker late. */
@Singleton
public class WorkerMetricsProducer {

  @Produces
  @Singleton
  WorkerMetrics metrics(Instance<OrreryWorkerLifecycle> lifecycle) {
    return new WorkerMetrics(() -> lifecycle.get().worker(), () -> lifecycle.get().declaration());
  }
}
