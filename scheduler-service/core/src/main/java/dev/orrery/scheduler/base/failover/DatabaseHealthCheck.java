package dev.orrery.scheduler.base.failover;

import dev.orrery.scheduler.base.database.DatabaseReachability;
import dev.orrery.scheduler.base.database.OutageCause;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Reports not ready while the database accepts no writes. Sends no query, because {@link
 * FailoverDetector} writes every two seconds.
 */
@Readiness
@ApplicationScoped
class DatabaseHealthCheck implements HealthCheck {
  private final DatabaseReachability database;

  DatabaseHealthCheck(DatabaseReachability database) {
    this.database = database;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("database");
    OutageCause cause = database.outage().orElse(null);
    return cause == null
        ? response.up().build()
        : response.down().withData("code", cause.name()).withData("reason", cause.reason()).build();
  }
}
