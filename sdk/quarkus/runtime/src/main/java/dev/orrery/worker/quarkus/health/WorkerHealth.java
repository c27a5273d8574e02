package dev.orrery.worker.quarkus.health;

import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.binding.lifecycle.ApplicationWorker;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * Creates the health check response {@code orreryWorker}, which is up while a scheduler accepts all
 * workers.
 */
final class WorkerHealth {
  static final String NAME = "orreryWorker";

  private WorkerHealth() {}

  static HealthCheckResponse of(OrreryWorkerLifecycle lifecycle) {
    HealthCheckResponseBuilder response = HealthCheckResponse.named(NAME);
    return switch (lifecycle.state()) {
      case DISABLED -> response.up().withData("reason", "orrery.worker.enabled is false").build();
      case WITHOUT_JOBS ->
          response.up().withData("reason", "no method of a bean has @OrreryJob").build();
      case STARTING -> response.down().withData("reason", "the application starts").build();
      case STOPPED -> response.down().withData("reason", "the worker has stopped").build();
      case RUNNING -> running(response, lifecycle);
    };
  }

  private static HealthCheckResponse running(
      HealthCheckResponseBuilder response, OrreryWorkerLifecycle lifecycle) {
    List<ApplicationWorker> workers = lifecycle.workers().started();
    lifecycle
        .workers()
        .details()
        .forEach(
            (name, value) -> {
              if (value instanceof Number number) {
                response.withData(name, number.longValue());
              } else {
                response.withData(name, value.toString());
              }
            });
    return response
        .status(!workers.isEmpty() && workers.stream().allMatch(WorkerHealth::isUp))
        .build();
  }

  private static boolean isUp(ApplicationWorker worker) {
    return worker.phase() == Phase.AGREED && !worker.isOutOfService();
  }
}
