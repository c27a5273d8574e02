package dev.orrery.worker.quarkus.health;

import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import io.smallrye.health.api.Wellness;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Shown at {@code /q/health}, but no probe depends on it: the application works without jobs. */
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
