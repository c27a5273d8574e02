package dev.orrery.worker.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.ProblemDetail;
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
  void workerKnowsWhatToChangeWhereTheSchedulerDidNotSay(
      ErrorCode code, Protocol protocol, String setting) {
    ProblemDetail problem = SettingHint.in(ProblemDetail.of(code, "why", "app"), protocol);

    assertThat(problem.settingToChange()).isEqualTo(setting);
    assertThat(problem.code()).isEqualTo(code);
    assertThat(problem.detail()).isEqualTo("why");
    assertThat(problem.field()).isEqualTo("app");
  }

  @Test
  void whatTheSchedulerSaidStands() {
    ProblemDetail said =
        new ProblemDetail(
            null, null, 403, ErrorCode.FORBIDDEN, "d", null, "s", "w", "scheduler: x");

    assertThat(SettingHint.in(said, Protocol.HTTP)).isEqualTo(said);
  }
}
