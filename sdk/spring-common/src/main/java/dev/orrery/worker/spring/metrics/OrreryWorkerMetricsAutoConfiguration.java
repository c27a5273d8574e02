package dev.orrery.worker.spring.metrics;

import dev.orrery.worker.binding.lifecycle.ApplicationWorkers;
import dev.orrery.worker.binding.micrometer.WorkerMetrics;
import dev.orrery.worker.spring.OrreryWorkerAutoConfiguration;
import dev.orrery.worker.spring.OrreryWorkerLifecycle;
import dev.orrery.worker.spring.OrreryWorkerProperties;
import dev.orrery.worker.spring.OrreryWorkersProperties;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** Binds {@link WorkerMetrics} to the registries of the application. */
@AutoConfiguration(
    before = OrreryWorkerAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
    })
@ConditionalOnClass(MeterBinder.class)
public class OrreryWorkerMetricsAutoConfiguration {

  /** The worker needs this bean for its processors, so that this one asks for the worker late. */
  @Bean
  @ConditionalOnBean(MeterRegistry.class)
  @ConditionalOnProperty(
      prefix = OrreryWorkerProperties.PREFIX,
      name = "enabled",
      matchIfMissing = true)
  WorkerMetrics orreryWorkerMetrics(
      OrreryWorkersProperties properties,
      OrreryWorkerProperties unnamed,
      ObjectProvider<OrreryWorkerLifecycle> lifecycle) {
    return new WorkerMetrics(
        ApplicationWorkers.names(unnamed, properties.named().keySet()),
        name -> lifecycle.getObject().workers().worker(name),
        name -> lifecycle.getObject().workers().declaration(name));
  }
}
