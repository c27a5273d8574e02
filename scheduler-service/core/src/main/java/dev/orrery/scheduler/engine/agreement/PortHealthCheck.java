package dev.orrery.scheduler.engine.agreement;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Reports not ready while a worker port accepts connections but answers no message that goes
 * through it.
 */
@Readiness
@ApplicationScoped
class PortHealthCheck implements HealthCheck {
  private final PortWatch ports;

  PortHealthCheck(PortWatch ports) {
    this.ports = ports;
  }

  @Override
  public HealthCheckResponse call() {
    List<String> silent = ports.silent();
    HealthCheckResponseBuilder response = HealthCheckResponse.named("ports");
    return silent.isEmpty()
        ? response.up().build()
        : response
            .down()
            .withData("code", "SILENT")
            .withData("ports", String.join("; ", silent))
            .build();
  }
}
