package dev.orrery.scheduler.agreement;

import dev.orrery.protocol.Transport;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready if every active protocol listens and the main protocol on record is among them. */
@Readiness
@ApplicationScoped
class ProtocolHealthCheck implements HealthCheck {
  private final AgreementState state;

  ProtocolHealthCheck(AgreementState state) {
    this.state = state;
  }

  @Override
  public HealthCheckResponse call() {
    List<Transport> unbound = state.unbound();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("protocols")
            .withData("active", state.protocols().activeNames())
            .withData("main", state.protocols().main().canonicalName())
            .withData("versions", state.protocols().versions().toString());
    if (!unbound.isEmpty()) {
      return response
          .down()
          .withData(
              "notListening",
              unbound.stream().map(Transport::canonicalName).collect(Collectors.joining(",")))
          .build();
    }
    if (state.lacksRecordedMain()) {
      return response
          .down()
          .withData("requiredMain", state.recordedMain().canonicalName())
          .withData(
              "settingToChange",
              "orrery.protocols.active: add " + state.recordedMain().canonicalName())
          .build();
    }
    return response.up().build();
  }
}
