package dev.orrery.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.WorkerStatus.Problem;
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

    assertThat(AgreementData.of(status, "http"))
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
    Problem problem =
        new Problem(
            "PROTOCOL_MISMATCH",
            "detail",
            Optional.of("protocols http, versions 1"),
            Optional.of("protocol akka (orrery), versions 1..1"),
            Optional.of("worker: orrery.worker.protocol=http"));

    assertThat(AgreementData.of(without(Phase.REFUSED, problem), "akka"))
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
  void explainsRefusedTokenWithoutSchedulerDetail(String code, String meaning) {
    Problem problem = problem(code, "The token is not of the app 'billing'.");

    Map<String, Object> data = AgreementData.of(without(Phase.REFUSED, problem), "http");

    assertThat(data.get("meaning").toString()).contains(meaning);
    assertThat(data.toString()).doesNotContain("billing");
  }

  @Test
  void showsPossibleCausesOfUnreachableSchedulerWithoutAddress() {
    Problem problem = problem("UNREACHABLE", "Cannot connect to " + SERVER + ".");

    Map<String, Object> data = AgreementData.of(without(Phase.UNREACHABLE, problem), "http");

    assertThat(data).containsEntry("code", "UNREACHABLE");
    assertThat(data.get("mayBe").toString())
        .contains("scheduler is down", "http is not active", "firewall", "network policy");
    assertThat(data.get("mayBe").toString()).doesNotContain("TLS");
    assertThat(data.toString()).doesNotContain("inner.example");
  }

  @Test
  void mentionsTlsAsCauseOfUnreachableSchedulerOverAkka() {
    Problem problem = problem("UNREACHABLE", "It does not answer.");

    assertThat(
            AgreementData.of(without(Phase.UNREACHABLE, problem), "akka").get("mayBe").toString())
        .contains("akka is not active", "TLS", "certificate");
  }

  private static Problem problem(String code, String detail) {
    return new Problem(code, detail, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static WorkerStatus without(Phase phase, Problem problem) {
    return new WorkerStatus(
        phase, SERVER, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(problem));
  }
}
