package dev.orrery.protocol.startup;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramArgumentsTest {
  @ParameterizedTest
  @CsvSource({
    "-Dorrery.worker.token=SECRET, -Dorrery.worker.token",
    "-Xmx64m, -Xmx64m",
    "--orrery.worker.app=SECRET, --orrery.worker.app",
    "orrery.worker.app=SECRET, orrery.worker.app",
    "token SECRET, token",
  })
  void refusesArgumentWithoutPrintingItsValue(String argument, String shown) {
    assertThatThrownBy(() -> ProgramArguments.requireNone(argument, "b"))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("'" + shown + "' follows -jar FILE")
        .hasMessageContaining("before -jar")
        .hasMessageNotContaining("SECRET");
  }

  @Test
  void acceptsCommandLineWithoutArguments() {
    assertThatCode(ProgramArguments::requireNone).doesNotThrowAnyException();
  }
}
