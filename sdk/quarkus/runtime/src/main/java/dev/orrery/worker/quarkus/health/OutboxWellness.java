package dev.orrery.worker.quarkus.health;

import dev.orrery.worker.binding.client.OrreryOutbox;
import dev.orrery.worker.binding.client.OutboxHealth;
import dev.orrery.worker.quarkus.client.OrreryClientConfig;
import io.smallrye.health.api.Wellness;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** Shows the state of the outbox as {@code orreryOutbox} at {@code /q/health}. */
@Wellness
public class OutboxWellness implements HealthCheck {
  private final OrreryClientConfig config;
  private final OrreryOutbox outbox;

  OutboxWellness(OrreryClientConfig config, OrreryOutbox outbox) {
    this.config = config;
    this.outbox = outbox;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named(OutboxHealth.NAME);
    if (!config.outbox()) {
      return response.up().withData("reason", "orrery.client.outbox is false").build();
    }
    OutboxHealth health = OutboxHealth.of(outbox, Instant.now());
    health
        .details()
        .forEach(
            (name, value) -> {
              if (value instanceof Number number) {
                response.withData(name, number.longValue());
              } else {
                response.withData(name, value.toString());
              }
            });
    return response.status(health.isUp()).build();
  }
}
