package dev.orrery.protocol.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class StartupFailureTest {
  @Test
  void printsRefusalOnOneLineWithoutStackTrace() {
    assertThat(printed(new StartupException("set a.b=c"), StartupFailureTest::nothing))
        .isEqualTo("orrery: cannot start: set a.b=c" + System.lineSeparator());
  }

  @Test
  void prefixesEveryLineOfRefusal() {
    assertThat(
            printed(new StartupException("set a.b=c\nset d.e=f"), StartupFailureTest::nothing)
                .lines())
        .containsExactly("orrery: cannot start: set a.b=c", "orrery: cannot start: set d.e=f");
  }

  @Test
  void findsNestedRefusal() {
    Throwable failure =
        new IllegalStateException(
            "outer",
            new RuntimeException("inner", new StartupException("set a.b=c", new Exception("x"))));

    assertThat(printed(failure, StartupFailureTest::nothing))
        .isEqualTo("orrery: cannot start: set a.b=c" + System.lineSeparator());
  }

  @Test
  void masksUrlPasswordsInMessagesAndStackTraces() {
    String url = "jdbc:postgresql://u:PASSWORD@h/d?password=PASSWORD";

    assertThat(
            printed(new StartupException("set " + url), StartupFailureTest::nothing)
                + printed(
                    new IllegalStateException("x", new Exception(url)),
                    StartupFailureTest::nothing))
        .contains("set jdbc:postgresql://***@h/d?password=***", "unexpected error")
        .doesNotContain("PASSWORD");
  }

  @Test
  void explainsPortInUse() {
    Throwable failure = new RuntimeException(new BindException("Address already in use: 7700"));

    assertThat(printed(failure, StartupFailureTest::nothing))
        .contains("a port is in use by another process: Address already in use: 7700.")
        .hasLineCount(1);
  }

  @Test
  void printsKnownFrameworkErrorOnOneLine() {
    Throwable failure = new RuntimeException(new IllegalArgumentException("lease=soon"));

    assertThat(
            printed(
                failure,
                cause ->
                    cause instanceof IllegalArgumentException
                        ? Optional.of("not valid: " + cause.getMessage())
                        : Optional.empty()))
        .isEqualTo("orrery: cannot start: not valid: lease=soon" + System.lineSeparator());
  }

  @Test
  void printsUnexpectedErrorWithStackTrace() {
    assertThat(printed(new IllegalStateException("broken"), StartupFailureTest::nothing))
        .startsWith("orrery: cannot start: unexpected error")
        .contains("IllegalStateException: broken")
        .contains("at " + StartupFailureTest.class.getName());
  }

  @Test
  void terminatesOnCyclicCauses() {
    Exception first = new Exception("first");
    first.initCause(new Exception("second", first));

    String printed =
        assertTimeoutPreemptively(
            Duration.ofSeconds(10), () -> printed(first, StartupFailureTest::nothing));

    assertThat(printed).startsWith("orrery: cannot start: unexpected error").contains("second");
  }

  private static Optional<String> nothing(Throwable cause) {
    return Optional.empty();
  }

  private static String printed(Throwable failure, Function<Throwable, Optional<String>> known) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StartupFailure.print(failure, known, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
