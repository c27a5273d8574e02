package dev.orrery.scheduler.database;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Not ready while the database is not reachable. It makes no query of its own, because the due-work
 * loop queries once a second.
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
    return HealthCheckResponse.named("database").status(database.isReachable()).build();
  }
}
