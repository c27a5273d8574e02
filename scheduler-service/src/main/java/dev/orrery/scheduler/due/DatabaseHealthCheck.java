package dev.orrery.scheduler.due;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Not ready while the database does not answer; asks nothing itself, the pulse does every second.
 */
@Readiness
@ApplicationScoped
class DatabaseHealthCheck implements HealthCheck {
  private final DueWorkLoop pulse;

  DatabaseHealthCheck(DueWorkLoop pulse) {
    this.pulse = pulse;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("database").status(pulse.databaseReachable()).build();
  }
}
