package dev.orrery.scheduler.agreement;

import io.smallrye.health.api.HealthGroup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.TreeMap;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * What differs, for people: never a reason to be unready, since one stray worker must not take the
 * service down. Codes and counts only; names are in the API, behind a token.
 */
@HealthGroup("agreement")
@ApplicationScoped
class AgreementHealthCheck implements HealthCheck {
  private final AgreementState state;
  private final RefusedWorkers refused;

  AgreementHealthCheck(AgreementState state, RefusedWorkers refused) {
    this.state = state;
    this.refused = refused;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("agreement")
            .up()
            .withData("active", state.protocols().activeNames())
            .withData("main", state.protocols().main().canonicalName())
            .withData("recordedMain", state.recordedMain().canonicalName())
            .withData("versions", state.protocols().versions().toString())
            .withData("refusals", refused.total());
    TreeMap<String, Long> byCode = new TreeMap<>();
    for (RefusedWorker worker : refused.list()) {
      byCode.merge(worker.code().name(), worker.times(), Long::sum);
    }
    byCode.forEach((code, times) -> response.withData("refused." + code, times));
    return response.build();
  }
}
