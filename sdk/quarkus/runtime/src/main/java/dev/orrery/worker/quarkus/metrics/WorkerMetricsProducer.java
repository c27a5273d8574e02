package dev.orrery.worker.quarkus.metrics;

import dev.orrery.worker.binding.client.OrreryOutbox;
import dev.orrery.worker.binding.lifecycle.ApplicationWorkers;
import dev.orrery.worker.binding.micrometer.OutboxMetrics;
import dev.orrery.worker.binding.micrometer.WorkerMetrics;
import dev.orrery.worker.quarkus.ConfiguredProperties;
import dev.orrery.worker.quarkus.OrreryWorkerConfig;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import dev.orrery.worker.quarkus.client.OrreryClientConfig;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/**
 * Produces the beans with the metrics of the worker and of the outbox. The metrics look up the
 * worker late, because it needs them for its processors.
 */
@Singleton
public class WorkerMetricsProducer {

  @Produces
  @Singleton
  WorkerMetrics metrics(OrreryWorkerConfig config, Instance<OrreryWorkerLifecycle> lifecycle) {
    return new WorkerMetrics(
        ApplicationWorkers.names(new ConfiguredProperties(config), config.named().keySet()),
        name -> lifecycle.get().workers().worker(name),
        name -> lifecycle.get().workers().declaration(name));
  }

  @Produces
  @Singleton
  MeterBinder outboxMetrics(OrreryClientConfig config, Instance<OrreryOutbox> outbox) {
    return config.outbox()
        ? new OutboxMetrics(outbox::get, InstantSource.system())
        : registry -> {};
  }
}
