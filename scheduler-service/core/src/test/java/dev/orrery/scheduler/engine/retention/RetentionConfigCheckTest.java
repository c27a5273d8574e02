package dev.orrery.scheduler.engine.retention;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Retention settings that are accepted and refused. */
class RetentionConfigCheckTest {
  @ParameterizedTest
  @CsvSource({"P30D, P14D, P30D, P7D, 0", "PT0S, PT0S, PT0S, PT0S, 1", "P1D, P60D, P1D, P1D, 1000"})
  void acceptsNonNegativeRetention(
      String history, String logs, String sessions, String deliveries, String perJob) {
    Map<String, String> settings =
        Map.of(
            "history", history,
            "logs", logs,
            "sessions", sessions,
            "deliveries", deliveries,
            "history-per-job", perJob);

    assertThatCode(() -> RetentionConfigCheck.require(config(settings))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "history",
        "logs",
        "sessions",
        "deliveries",
        "versions",
        "tokens",
        "idempotency-keys",
        "progress"
      })
  void refusesNegativeRetentionAgeAndNamesSetting(String setting) {
    assertThatCode(() -> RetentionConfigCheck.require(config(setting, "0s")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> RetentionConfigCheck.require(config(setting, "PT-1S")))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "orrery.retention." + setting + " is PT-1S; set it to zero or more, such as 14D.");
  }

  @ParameterizedTest
  @CsvSource({"-1D, -1D", "P-30D, -30D", "PT-25H, PT-25H"})
  void showsRefusedRetentionAgeInDays(String written, String shown) {
    assertThatThrownBy(() -> RetentionConfigCheck.require(config("history", written)))
        .hasMessageContaining("orrery.retention.history is " + shown + ";");
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, true", "-1, false"})
  void refusesNegativeHistoryPerJobAndNamesSetting(String number, boolean accepted) {
    RetentionConfig config = config("history-per-job", number);
    if (accepted) {
      assertThatCode(() -> RetentionConfigCheck.require(config)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> RetentionConfigCheck.require(config))
          .isInstanceOf(StartupException.class)
          .hasMessage(
              "orrery.retention.history-per-job is -1; set it to how many ended instances of each"
                  + " job to keep, or to 0 for no bound.");
    }
  }

  @Test
  void requiresAtLeastOneVersionPerJob() {
    assertThatCode(() -> RetentionConfigCheck.require(config("versions-per-job", "1")))
        .doesNotThrowAnyException();
    String message =
        "orrery.retention.versions-per-job is 0; set it to how many versions of each job to keep,"
            + " 1 or more.";
    assertThatThrownBy(() -> RetentionConfigCheck.require(config("versions-per-job", "0")))
        .isInstanceOf(StartupException.class)
        .hasMessage(message);
    assertThatThrownBy(
            () ->
                RetentionConfigCheck.requireWritten(
                    Map.of("orrery.retention.versions-per-job", "0")::get))
        .hasMessage(message);
  }

  private static RetentionConfig config(String setting, String value) {
    return config(Map.of(setting, value));
  }

  private static RetentionConfig config(Map<String, String> settings) {
    SmallRyeConfigBuilder builder =
        new SmallRyeConfigBuilder().withMapping(RetentionConfig.class).addDiscoveredConverters();
    settings.forEach((name, value) -> builder.withDefaultValue("orrery.retention." + name, value));
    return builder.build().getConfigMapping(RetentionConfig.class);
  }
}
