package dev.orrery.scheduler.due;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Not ready while the database does not answer; asks nothing itself, the due-work loop does every
 * second.
 */
@Readiness
@ApplicationScoped
class DatabaseHealthCheck implements HealthCheck {
  private final DueWorkLoop loop;

  DatabaseHealthCheck(DueWorkLoop loop) {
    this.loop = loop;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("database").status(loop.databaseReachable()).build();
  }
}
