package dev.orrery.worker.spring.otel;

import dev.orrery.client.otel.SubmissionSpans;
import dev.orrery.worker.binding.OrreryWorkerCustomizer;
import dev.orrery.worker.binding.client.ClientProperties;
import dev.orrery.worker.binding.client.OrreryClientCustomizer;
import dev.orrery.worker.otel.AttemptSpans;
import dev.orrery.worker.spring.OrreryWorkerAutoConfiguration;
import dev.orrery.worker.spring.OrreryWorkerProperties;
import io.opentelemetry.api.OpenTelemetry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Enables spans for submissions and attempts, with the application's {@link OpenTelemetry} bean.
 * Customizers of the application run after these.
 */
@AutoConfiguration(before = OrreryWorkerAutoConfiguration.class)
@ConditionalOnClass(OpenTelemetry.class)
public class OrreryTracingAutoConfiguration {
  private static final String TRACING = "tracing";

  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  @ConditionalOnProperty(
      prefix = OrreryWorkerProperties.PREFIX,
      name = TRACING,
      matchIfMissing = true)
  OrreryWorkerCustomizer orreryAttemptSpans(ObjectProvider<OpenTelemetry> openTelemetry) {
    return settings -> openTelemetry.ifUnique(found -> settings.tracing(AttemptSpans.of(found)));
  }

  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  @ConditionalOnProperty(prefix = ClientProperties.PREFIX, name = TRACING, matchIfMissing = true)
  OrreryClientCustomizer orrerySubmissionSpans(ObjectProvider<OpenTelemetry> openTelemetry) {
    return settings -> openTelemetry.ifUnique(found -> settings.tracing(SubmissionSpans.of(found)));
  }
}
