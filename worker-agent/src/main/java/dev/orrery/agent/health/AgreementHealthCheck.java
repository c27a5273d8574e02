package dev.orrery.agent.health;

import dev.orrery.agent.startup.Agent;
import dev.orrery.protocol.VersionRange;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.WorkerStatus.Phase;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Not ready until an agreement holds; says why, and what to change. */
@Readiness
@ApplicationScoped
class AgreementHealthCheck implements HealthCheck {
  private final Agent agent;

  AgreementHealthCheck(Agent agent) {
    this.agent = agent;
  }

  @Override
  public HealthCheckResponse call() {
    WorkerStatus status = agent.worker().status();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("agreement")
            .status(status.phase() == Phase.AGREED)
            .withData("phase", status.phase().name())
            .withData("protocol", "http")
            .withData("versions", VersionRange.SUPPORTED.toString());
    status.version().ifPresent(version -> response.withData("version", version));
    status
        .schedulerSoftware()
        .ifPresent(software -> response.withData("schedulerSoftware", software));
    status.clockSkew().ifPresent(skew -> response.withData("clockSkewMillis", skew.toMillis()));
    status
        .problem()
        .ifPresent(
            problem -> {
              response.withData("code", problem.code().name());
              if (problem.settingToChange() != null) {
                response.withData("settingToChange", problem.settingToChange());
              }
              if (problem.server() != null) {
                response.withData("scheduler", problem.server());
              }
            });
    return response.build();
  }
}
