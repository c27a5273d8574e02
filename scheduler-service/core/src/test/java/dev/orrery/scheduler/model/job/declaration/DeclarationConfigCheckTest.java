package dev.orrery.scheduler.model.job.declaration;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclarationConfigCheckTest {
  @ParameterizedTest
  @CsvSource({"PT24H, PT3M", "PT0S, PT2M"})
  void acceptsValidGraceAndVersionTimeout(Duration grace, Duration timeout) {
    assertThatCode(() -> require(grace, timeout)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PT24H | PT1M59S | orrery.declarations.version-timeout is PT1M59S, and processes declare their version each minute; set it to at least two minutes.
          PT-1S | PT3M    | orrery.declarations.grace is PT-1S; set it to a time such as 24h.
          """)
  void refusesShortVersionTimeoutAndNegativeGrace(
      Duration grace, Duration timeout, String message) {
    assertThatThrownBy(() -> require(grace, timeout))
        .isInstanceOf(StartupException.class)
        .hasMessage(message);
  }

  private static void require(Duration grace, Duration timeout) {
    DeclarationConfigCheck.require(
        new DeclarationConfig() {
          @Override
          public Duration grace() {
            return grace;
          }

          @Override
          public Duration versionTimeout() {
            return timeout;
          }
        });
  }
}
