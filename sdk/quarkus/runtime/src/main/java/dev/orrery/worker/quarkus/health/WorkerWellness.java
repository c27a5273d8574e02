package dev.orrery.worker.quarkus.health;

import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import io.smallrye.health.api.Wellness;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Shows the health of the worker at {@code /q/health}. No probe depends on it, because the
 * application works without jobs.
 */
@Wellness
public class WorkerWellness implements HealthCheck {
  private final OrreryWorkerLifecycle lifecycle;

  WorkerWellness(OrreryWorkerLifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  @Override
  public HealthCheckResponse call() {
    return WorkerHealth.of(lifecycle);
  }
}
