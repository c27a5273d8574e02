package dev.orrery.scheduler.database;

import dev.orrery.scheduler.database.embedded.EmbeddedDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/**
 * A service whose own database process has ended cannot come back by itself: it is to be restarted.
 */
@Liveness
@ApplicationScoped
class EmbeddedDatabaseHealthCheck implements HealthCheck {

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("embedded-database");
    return EmbeddedDatabase.hasDied()
        ? response
            .down()
            .withData("reason", "the process of the embedded database has ended")
            .build()
        : response.up().build();
  }
}
