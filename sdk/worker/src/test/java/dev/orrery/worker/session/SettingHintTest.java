package dev.orrery.worker.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.ProblemDetail;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingHintTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UNREACHABLE     | HTTP | worker: orrery.worker.server; or scheduler: orrery.protocols.active, which must name http
          UNREACHABLE     | AKKA | worker: orrery.worker.server; or scheduler: orrery.protocols.active, which must name akka
          UNAUTHENTICATED | HTTP | worker: orrery.worker.token
          FORBIDDEN       | HTTP | worker: orrery.worker.app or orrery.worker.token
          OVERLOADED      | HTTP |
          """)
  void addsSettingToChangeWhenSchedulerProvidesNoHint(
      ErrorCode code, Protocol protocol, String setting) {
    SettingHint hint = new SettingHint(protocol, UnaryOperator.identity());

    ProblemDetail problem = hint.in(ProblemDetail.of(code, "why", "app"));

    assertThat(problem.settingToChange()).isEqualTo(setting);
    assertThat(problem.code()).isEqualTo(code);
    assertThat(problem.detail()).isEqualTo("why");
    assertThat(problem.field()).isEqualTo("app");
  }

  @Test
  void keepsSettingToChangeFromScheduler() {
    ProblemDetail said =
        new ProblemDetail(
            null, null, 403, ErrorCode.FORBIDDEN, "d", null, "s", "w", "scheduler: x");

    assertThat(new SettingHint(Protocol.HTTP, UnaryOperator.identity()).in(said)).isEqualTo(said);
  }

  @Test
  void namesAgentSettingWhenFunctionOfApplicationFails() {
    SettingHint hint =
        new SettingHint(
            Protocol.HTTP,
            key -> {
              if (key.endsWith("app")) {
                return null;
              }
              throw new IllegalStateException("broken");
            });

    assertThat(hint.in(ProblemDetail.of(ErrorCode.FORBIDDEN, "why", "app")).settingToChange())
        .isEqualTo("worker: orrery.worker.app or orrery.worker.token");
  }

  @Test
  void translatesSettingNamesInHint() {
    SettingHint hint = new SettingHint(Protocol.HTTP, key -> "<" + key + "$1>");

    assertThat(hint.in(ProblemDetail.of(ErrorCode.FORBIDDEN, "why", "app")).settingToChange())
        .isEqualTo("worker: <orrery.worker.app$1> or <orrery.worker.token$1>");
    assertThat(
            hint.in(
                    new ProblemDetail(
                        null,
                        null,
                        409,
                        ErrorCode.PROTOCOL_MISMATCH,
                        "d",
                        null,
                        "s",
                        "w",
                        "worker: orrery.worker.protocol=http; or scheduler: orrery.protocols.active"))
                .settingToChange())
        .isEqualTo(
            "worker: <orrery.worker.protocol$1>=http; or scheduler: orrery.protocols.active");
  }
}
