package dev.orrery.scheduler.base.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Reports not ready while a part of this process is stuck, so that workers move to another replica.
 */
@Readiness
@ApplicationScoped
class ProgressHealthCheck implements HealthCheck {
  private final ProgressWatch watch;

  ProgressHealthCheck(ProgressWatch watch) {
    this.watch = watch;
  }

  @Override
  public HealthCheckResponse call() {
    Map<String, Duration> stalled = watch.stalled(StallScope.OWN);
    HealthCheckResponseBuilder response = HealthCheckResponse.named("progress");
    if (stalled.isEmpty()) {
      return response.up().build();
    }
    return response
        .down()
        .withData("code", "STALLED")
        .withData("parts", String.join("; ", stalled.keySet()))
        .withData("seconds", Collections.max(stalled.values()).toSeconds())
        .build();
  }
}
