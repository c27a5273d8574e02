package dev.orrery.protocol.startup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the messages with the error texts of SmallRye Config 3. */
class FrameworkErrorMessageTest {
  private static final String HEADING = "Configuration validation failed:\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          quarkus.http.port          | abc  | SRCFG00029: Expected an integer value, got "abc" | must be a port from 0 to 65535.
          quarkus.http.limits.max    | x    | SRCFG00029: Expected an integer value, got "x" | must be a whole number.
          quarkus.some.ratio         | x    | SRCFG00031: Expected a double value, got "x" | must be a number.
          quarkus.log.level          | LOUD | Unknown level "LOUD" | must be one of OFF, ERROR, WARN, INFO, DEBUG, TRACE, ALL.
          quarkus.shutdown.timeout   | abc  | Invalid duration: abc | must be a duration such as 30s, 5m, 2h or PT30S.
          quarkus.http.insecure-requests | nope | SRCFG00049: Cannot convert nope to enum class io.quarkus.X$Y, allowed values: redirect,disabled,enabled | must be one of disabled, enabled, redirect.
          quarkus.some.thing         | x    | the thing is odd | is not valid: the thing is odd
          """)
  void namesSettingValueAndAllowedValues(String key, String value, String reason, String says) {
    assertThat(FrameworkErrorMessage.message(HEADING + line(key, value, reason)))
        .isEqualTo(key + "='" + value + "': the value " + says);
  }

  @Test
  void printsOneLinePerErrorWithoutLibraryCodes() {
    assertThat(
            FrameworkErrorMessage.message(
                HEADING
                    + line("quarkus.http.port", "abc", "SRCFG00029: Expected an integer value, got")
                    + "\n\tjava.util.NoSuchElementException: SRCFG00014: The config property a.b is"
                    + " required but it could not be found in any config source\n"
                    + "\tjava.lang.IllegalArgumentException: SRCFG00999: Something else"))
        .hasLineCount(3)
        .contains("\na.b is not set. Set it.\n")
        .endsWith("\nSomething else")
        .doesNotContain("SRCFG", "java.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SRCFG00040: The config property quarkus.a is defined as the empty String (\"\") which the"
            + " following Converter considered to be null: io.smallrye.config.Converters$X",
        "SRCFG00041: The config property quarkus.a with the config value \",\" was converted to null"
            + " from the following Converter: io.smallrye.config.Converters$X",
      })
  void reportsEmptyValueWithoutConverterName(String line) {
    assertThat(
            FrameworkErrorMessage.message(HEADING + "\tjava.util.NoSuchElementException: " + line))
        .isEqualTo("quarkus.a is empty. Set it, or leave it out.");
  }

  @Test
  void masksPasswordInUrl() {
    assertThat(
            FrameworkErrorMessage.message(
                "SRCFG00039: The config property quarkus.http.port with the config value"
                    + " \"http://u:PASSWORD@h\" threw an Exception whilst being converted"
                    + " SRCFG00029: Bad: http://u:PASSWORD@h"))
        .contains("quarkus.http.port='http://***@h'")
        .doesNotContain("PASSWORD");
  }

  @Test
  void hidesSecretValue() {
    assertThat(
            FrameworkErrorMessage.message(
                line("quarkus.tls.key-store.x", "s3cr3t", "Bad s3cr3t value")))
        .isEqualTo("quarkus.tls.key-store.x=(hidden): the value is not valid.");
  }

  @Test
  void truncatesLongValue() {
    assertThat(
            FrameworkErrorMessage.message(
                line("quarkus.a", "x".repeat(5_000), "bad".repeat(5_000))))
        .hasSizeLessThan(300);
  }

  private static String line(String key, String value, String reason) {
    return "\tjava.lang.IllegalArgumentException: SRCFG00039: The config property "
        + key
        + " with the config value \""
        + value
        + "\" threw an Exception whilst being converted "
        + reason;
  }
}
