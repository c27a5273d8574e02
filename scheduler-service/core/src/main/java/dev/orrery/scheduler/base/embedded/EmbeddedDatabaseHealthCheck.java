package dev.orrery.scheduler.base.embedded;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/**
 * Reports DOWN after the embedded database died and could not be restarted: this process cannot
 * recover.
 */
@Liveness
@ApplicationScoped
class EmbeddedDatabaseHealthCheck implements HealthCheck {

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("embedded-database");
    return EmbeddedDatabase.isLost()
        ? response
            .down()
            .withData("reason", "the embedded database died and could not be started again")
            .build()
        : response.up().build();
  }
}
