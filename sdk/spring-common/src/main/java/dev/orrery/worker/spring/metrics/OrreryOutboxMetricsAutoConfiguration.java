package dev.orrery.worker.spring.metrics;

import dev.orrery.worker.binding.client.OrreryOutbox;
import dev.orrery.worker.binding.micrometer.OutboxMetrics;
import dev.orrery.worker.spring.client.OrreryOutboxAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Binds {@link OutboxMetrics} to the registries of the application. */
@AutoConfiguration(
    after = OrreryOutboxAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
    })
@ConditionalOnClass(MeterBinder.class)
public class OrreryOutboxMetricsAutoConfiguration {

  @Bean
  @ConditionalOnBean({MeterRegistry.class, OrreryOutbox.class})
  OutboxMetrics orreryOutboxMetrics(OrreryOutbox outbox) {
    return new OutboxMetrics(() -> outbox, InstantSource.system());
  }
}
