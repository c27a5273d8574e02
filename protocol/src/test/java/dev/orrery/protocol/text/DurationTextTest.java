package dev.orrery.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
  @ParameterizedTest
  @CsvSource({
    "30s, PT30S",
    "5m, PT5M",
    "2h, PT2H",
    "1h30m, PT1H30M",
    "1d12h, PT36H",
    "7d, PT168H",
    "500ms, PT0.5S",
    "1m500ms, PT1M0.5S",
    "1m0s, PT1M",
    "90s, PT1M30S",
    "0s, PT0S",
    "999999999s, PT999999999S",
    "' 5m ', PT5M",
    "PT10S, PT10S",
    "P1DT2H, PT26H",
    "pt0.5s, PT0.5S",
    "PT-1S, PT-1S"
  })
  void parsesShortAndIsoForms(String text, Duration duration) {
    assertThat(DurationText.parse(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @CsvSource({"1h30m, PT1H30M", "36h, PT36H", "500ms, PT0.5S"})
  void parsesItsIsoOutputToTheSameDuration(String text, String written) {
    Duration read = DurationText.parse(text);

    assertThat(read).hasToString(written);
    assertThat(DurationText.parse(read.toString())).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "30",
        "s",
        "30 s",
        "1.5h",
        "-5m",
        "5M",
        "30m1h",
        "5m5m",
        "1w",
        "1h30",
        "1000000000s",
        "PT",
        "P1M",
        "five minutes"
      })
  void refusesMalformedDurations(String text) {
    assertThatThrownBy(() -> DurationText.parse(text)).isInstanceOf(DateTimeException.class);
  }
}
