package dev.orrery.worker.quarkus.health;

import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Makes the application ready only while a scheduler accepts its worker, for applications that are
 * of no use without a scheduler.
 */
@Readiness
public class WorkerReadiness implements HealthCheck {
  private final OrreryWorkerLifecycle lifecycle;

  WorkerReadiness(OrreryWorkerLifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  @Override
  public HealthCheckResponse call() {
    return WorkerHealth.of(lifecycle);
  }
}
