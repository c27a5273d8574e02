package dev.orrery.worker.boot;

import dev.orrery.worker.binding.client.OrreryOutbox;
import dev.orrery.worker.binding.client.OutboxHealth;
import dev.orrery.worker.spring.client.OrreryOutboxAutoConfiguration;
import java.time.Instant;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Shows the state of the outbox as {@code orreryOutbox} at {@code /actuator/health}. */
@AutoConfiguration(after = OrreryOutboxAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
public class OrreryOutboxHealthAutoConfiguration {

  @Bean
  @ConditionalOnBean(OrreryOutbox.class)
  @ConditionalOnEnabledHealthIndicator("orrery-outbox")
  HealthIndicator orreryOutboxHealthIndicator(OrreryOutbox outbox) {
    return () -> {
      OutboxHealth health = OutboxHealth.of(outbox, Instant.now());
      Health.Builder shown = health.isUp() ? Health.up() : Health.down();
      return shown.withDetails(health.details()).build();
    };
  }
}
