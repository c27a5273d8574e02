package dev.orrery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeSpanTest {

  @ParameterizedTest
  @CsvSource({"30s, PT30S", "2m, PT2M", "1h, PT1H", "7d, PT168H", "PT1M30S, PT1M30S"})
  void readsShortAndIsoDurations(String text, Duration expected) {
    assertThat(new TimeSpan().convert(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "30",
        "s",
        "-3s",
        "3w",
        "30 s",
        "9999999s",
        "PT-3H",
        "0s",
        "999999d",
        "P999999999999D"
      })
  void refusesMalformedOrOutOfRangeDurations(String text) {
    assertThatThrownBy(() -> new TimeSpan().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("such as 30s");
  }
}
