package dev.orrery.scheduler.engine.agreement;

import io.smallrye.health.api.HealthGroup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.TreeMap;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * Reports refused workers and differences between replicas to operators. It is always UP, because
 * one misconfigured worker must not make the service unready. It shows codes and counts only; names
 * are in the API, behind a token.
 */
@HealthGroup("agreement")
@ApplicationScoped
class AgreementHealthCheck implements HealthCheck {
  private final AgreementState state;
  private final RefusedWorkerLog refused;

  AgreementHealthCheck(AgreementState state, RefusedWorkerLog refused) {
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
            .withData("skewedSessions", state.skewedSessions())
            .withData("refusals", refused.total());
    TreeMap<String, Long> byCode = new TreeMap<>();
    TreeMap<String, String> settings = new TreeMap<>();
    for (RefusedWorker worker : refused.list()) {
      byCode.merge(worker.code().name(), worker.times(), Long::sum);
      settings.putIfAbsent(worker.code().name(), worker.settingToChange());
    }
    byCode.forEach((code, times) -> response.withData("refused." + code, times));
    settings.forEach((code, setting) -> response.withData("settingToChange." + code, setting));
    warn(response);
    return response.build();
  }

  private void warn(HealthCheckResponseBuilder response) {
    List<ReplicaDifference> differences = state.differences();
    int warnings = differences.size();
    if (state.recordedMain() != state.protocols().main()) {
      warnings++;
      response.withData(
          "MAIN_DIFFERS",
          "orrery.protocols.main is "
              + state.protocols().main().canonicalName()
              + " here, but "
              + state.recordedMain().canonicalName()
              + " is on record");
    }
    response.withData("warnings", warnings);
    differences.forEach(
        difference ->
            response.withData(
                difference.code() + " of replica " + difference.replica(), difference.detail()));
  }
}
