package dev.orrery.scheduler.retention;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Retention that would delete what has not ended. */
class RetentionConfigCheckTest {
  @Test
  void defaultsAreAccepted() {
    assertThatCode(() -> RetentionConfigCheck.require(config("logs", "14D")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"history", "logs", "sessions", "deliveries", "idempotency-keys", "progress"})
  void ageBelowZeroIsRefusedWithWhatToSet(String setting) {
    assertThatCode(() -> RetentionConfigCheck.require(config(setting, "0s")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> RetentionConfigCheck.require(config(setting, "PT-1S")))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "orrery.retention." + setting + " is PT-1S; set it to zero or more, such as 14D.");
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, true", "-1, false"})
  void numberBelowZeroIsRefusedWithWhatToSet(String number, boolean accepted) {
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

  private static RetentionConfig config(String setting, String value) {
    return new SmallRyeConfigBuilder()
        .withMapping(RetentionConfig.class)
        .withDefaultValue("orrery.retention." + setting, value)
        .addDiscoveredConverters()
        .build()
        .getConfigMapping(RetentionConfig.class);
  }
}
