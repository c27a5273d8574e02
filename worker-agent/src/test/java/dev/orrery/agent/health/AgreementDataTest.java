package dev.orrery.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.WorkerStatus.Phase;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgreementDataTest {
  private static final URI SERVER = URI.create("http://inner.example:10010");

  @Test
  void showsAgreementWithVersionSoftwareAndClockSkew() {
    WorkerStatus status =
        new WorkerStatus(
            Phase.AGREED,
            SERVER,
            Optional.of(1),
            Optional.of("0.2.0"),
            Optional.of(Duration.ofMillis(-40)),
            Optional.empty());

    assertThat(AgreementData.of(status, Protocol.HTTP))
        .isEqualTo(
            Map.of(
                "phase",
                "AGREED",
                "protocol",
                "http",
                "versions",
                "1",
                "version",
                1,
                "schedulerSoftwareVersion",
                "0.2.0",
                "clockSkewMillis",
                -40L));
  }

  @Test
  void showsRefusalWithBothSidesAndSettingToChange() {
    ProblemDetail problem =
        new ProblemDetail(
            null,
            null,
            409,
            ErrorCode.PROTOCOL_MISMATCH,
            "detail",
            null,
            "protocols http, versions 1",
            "protocol akka (orrery), versions 1..1",
            "worker: orrery.worker.protocol=http");

    assertThat(AgreementData.of(without(Phase.REFUSED, problem), Protocol.AKKA))
        .containsEntry("phase", "REFUSED")
        .containsEntry("protocol", "akka")
        .containsEntry("code", "PROTOCOL_MISMATCH")
        .containsEntry("scheduler", "protocols http, versions 1")
        .containsEntry("worker", "protocol akka (orrery), versions 1..1")
        .containsEntry("settingToChange", "worker: orrery.worker.protocol=http")
        .doesNotContainKeys("version", "mayBe");
  }

  @ParameterizedTest
  @CsvSource({"UNAUTHENTICATED, was revoked", "FORBIDDEN, of another app"})
  void explainsRefusedTokenWithoutSchedulerDetail(ErrorCode code, String meaning) {
    ProblemDetail problem = ProblemDetail.of(code, "The token is not of the app 'billing'.", null);

    Map<String, Object> data = AgreementData.of(without(Phase.REFUSED, problem), Protocol.HTTP);

    assertThat(data.get("meaning").toString()).contains(meaning);
    assertThat(data.toString()).doesNotContain("billing");
  }

  @Test
  void showsPossibleCausesOfUnreachableSchedulerWithoutAddress() {
    ProblemDetail problem =
        ProblemDetail.of(ErrorCode.UNREACHABLE, "Cannot connect to " + SERVER + ".", null);

    Map<String, Object> data = AgreementData.of(without(Phase.UNREACHABLE, problem), Protocol.HTTP);

    assertThat(data).containsEntry("code", "UNREACHABLE");
    assertThat(data.get("mayBe").toString())
        .contains("scheduler is down", "http is not active", "firewall", "network policy");
    assertThat(data.get("mayBe").toString()).doesNotContain("TLS");
    assertThat(data.toString()).doesNotContain("inner.example");
  }

  @Test
  void mentionsTlsAsCauseOfUnreachableSchedulerOverAkka() {
    ProblemDetail problem = ProblemDetail.of(ErrorCode.UNREACHABLE, "It does not answer.", null);

    assertThat(
            AgreementData.of(without(Phase.UNREACHABLE, problem), Protocol.AKKA)
                .get("mayBe")
                .toString())
        .contains("akka is not active", "TLS", "certificate");
  }

  private static WorkerStatus without(Phase phase, ProblemDetail problem) {
    return new WorkerStatus(
        phase, SERVER, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(problem));
  }
}
