package dev.orrery.scheduler.engine.agreement;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** The readiness check of the protocols: UP if {@link AgreementState#unready} has no reason. */
@Readiness
@ApplicationScoped
class ProtocolHealthCheck implements HealthCheck {
  private final AgreementState state;

  ProtocolHealthCheck(AgreementState state) {
    this.state = state;
  }

  @Override
  public HealthCheckResponse call() {
    List<NotReadyReason> reasons = state.unready();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("protocols")
            .withData("active", state.protocols().activeNames())
            .withData("main", state.protocols().main().canonicalName())
            .withData("recordedMain", state.recordedMain().canonicalName())
            .withData("versions", state.protocols().versions().toString());
    if (reasons.isEmpty()) {
      return response.up().build();
    }
    return response
        .down()
        .withData("code", joined(reasons, reason -> reason.code().name()))
        .withData("reason", joined(reasons, NotReadyReason::detail))
        .withData("settingToChange", joined(reasons, NotReadyReason::settingToChange))
        .build();
  }

  private static String joined(
      List<NotReadyReason> reasons, Function<NotReadyReason, String> part) {
    return reasons.stream().map(part).collect(Collectors.joining("; "));
  }
}
