package dev.orrery.agent.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartLineFilterTest {
  private final StartLineFilter filter = new StartLineFilter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "io.quarkus | Listening on: . Management interface listening on http://localhost:9100."
            + " | Management interface listening on http://localhost:9100.",
        "io.quarkus | Listening on: http://localhost:7700 | Listening on: http://localhost:7700",
        "com.example | Listening on: . And so on | Listening on: . And so on",
      })
  void removesEmptyListenAddressFromStartLine(String logger, String addresses, String shown) {
    LogRecord line = new LogRecord(Level.INFO, "{0} started in {1}s. {2}");
    line.setLoggerName(logger);
    line.setParameters(new Object[] {"orrery-agent", "1.2", addresses});

    assertThat(filter.isLoggable(line)).isTrue();
    assertThat(line.getParameters()).containsExactly("orrery-agent", "1.2", shown);
  }

  @Test
  void logsLineWithoutParameters() {
    LogRecord line = new LogRecord(Level.INFO, "stopped");
    line.setLoggerName("io.quarkus");

    assertThat(filter.isLoggable(line)).isTrue();
  }
}
