package dev.orrery.worker.boot3;

import dev.orrery.worker.spring.OrreryWorkerAutoConfiguration;
import dev.orrery.worker.spring.OrreryWorkerLifecycle;
import dev.orrery.worker.spring.actuate.WorkerHealth;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Shows the state of the worker's connection as {@code orreryWorker} at {@code /actuator/health}.
 */
@AutoConfiguration(after = OrreryWorkerAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
public class OrreryWorkerHealthAutoConfiguration {

  @Bean
  @ConditionalOnBean(OrreryWorkerLifecycle.class)
  @ConditionalOnEnabledHealthIndicator("orrery-worker")
  HealthIndicator orreryWorkerHealthIndicator(OrreryWorkerLifecycle worker) {
    return () -> {
      WorkerHealth health = WorkerHealth.of(worker);
      return Health.status(health.status()).withDetails(health.details()).build();
    };
  }
}
