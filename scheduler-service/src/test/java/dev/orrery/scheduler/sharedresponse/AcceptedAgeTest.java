package dev.orrery.scheduler.sharedresponse;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedAgeTest {
  @ParameterizedTest
  @CsvSource({
    "max-age=3, true",
    "max-age=60, true",
    "MAX-AGE=3, true",
    "'no-transform, max-age=3', true",
    "max-age=2, false",
    "max-age=0, false",
    "max-age=-3, false",
    "max-age=, false",
    "max-age=three, false",
    "max-age=99999999999999999999, false",
    "'max-age=3, no-cache', false",
    "'no-store, max-age=3', false",
    "no-cache, false",
    "'', false",
    ", false"
  })
  void headerSaysHowOldAResponseMayBe(String header, boolean accepted) {
    assertThat(AcceptedAge.includes(Duration.ofSeconds(3), header)).isEqualTo(accepted);
  }
}
