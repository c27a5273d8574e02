package dev.orrery.agent.health;

import dev.orrery.agent.startup.AgentLifecycle;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.WorkerStatus.Phase;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Reports not ready until there is a session, with the reason and the setting to change. */
@Readiness
@ApplicationScoped
class AgreementHealthCheck implements HealthCheck {
  private final AgentLifecycle agent;

  AgreementHealthCheck(AgentLifecycle agent) {
    this.agent = agent;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("agreement");
    OrreryWorker worker = agent.worker().orElse(null);
    if (worker == null) {
      return response.down().withData("phase", Phase.CONNECTING.name()).build();
    }
    WorkerStatus status = worker.status();
    response.status(status.phase() == Phase.AGREED);
    AgreementData.of(status, worker.protocol())
        .forEach(
            (key, value) -> {
              if (value instanceof Number number) {
                response.withData(key, number.longValue());
              } else {
                response.withData(key, value.toString());
              }
            });
    return response.build();
  }
}
