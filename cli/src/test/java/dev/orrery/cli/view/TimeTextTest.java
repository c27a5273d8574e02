package dev.orrery.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeTextTest {
  private static final Instant NOW = Instant.parse("2027-03-28T12:00:00Z");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private final TimeText local = new TimeText(NOW, BERLIN, false);
  private final TimeText utc = new TimeText(NOW, BERLIN, true);

  @ParameterizedTest
  @CsvSource({
    "PT0.0123S, 12ms",
    "PT1S,      1s",
    "PT2.34S,   2.3s",
    "PT59.9S,   59s",
    "PT60S,     1m",
    "PT3M7S,    3m7s",
    "PT2H,      2h",
    "PT2H5M9S,  2h5m",
    "PT49H,     2d1h",
  })
  void formatsDurationsWithAtMostTwoUnits(String span, String shown) {
    assertThat(TimeText.span(Duration.parse(span))).isEqualTo(shown);
  }

  @Test
  void formatsNearTimeRelativeToNow() {
    assertThat(local.when("2027-03-28T11:59:48Z")).isEqualTo("12s ago");
    assertThat(local.when("2027-03-28T12:05:00Z")).isEqualTo("in 5m");
    assertThat(local.when("")).isEmpty();
  }

  @Test
  void formatsEventAheadOfLocalClockAsZeroAgo() {
    assertThat(local.ago("2027-03-28T12:00:00.063Z")).isEqualTo("0ms ago");
    assertThat(local.ago("2027-03-28T11:59:48Z")).isEqualTo("12s ago");
    assertThat(local.ago("")).isEmpty();
  }

  @Test
  void formatsDistantTimeInLocalZoneWithOffset() {
    assertThat(local.when("2027-01-01T00:00:00Z")).isEqualTo("2027-01-01 01:00:00 +01:00");
    assertThat(local.dateAndWhen("2027-03-28T11:00:00Z"))
        .isEqualTo("2027-03-28 13:00:00 +02:00 (1h ago)");
    assertThat(local.dateAndWhen("2027-01-01T00:00:00Z")).isEqualTo("2027-01-01 01:00:00 +01:00");
  }

  @Test
  void formatsTimeInTriggerZoneOnlyWhenOffsetsDiffer() {
    ZoneId newYork = ZoneId.of("America/New_York");
    String time = "2027-03-28T12:00:00Z";

    assertThat(local.inZone(time, newYork)).isEqualTo("2027-03-28 08:00:00 America/New_York");
    assertThat(local.inZone(time, ZoneId.of("Europe/Rome"))).isEmpty();
    assertThat(utc.inZone(time, newYork)).isEmpty();
  }

  @Test
  void formatsTimeOfDayAndOffset() {
    Instant time = Instant.parse("2027-03-28T11:59:48.123Z");

    assertThat(local.clock(time)).isEqualTo("13:59:48.123");
    assertThat(local.offset()).isEqualTo("+02:00");
    assertThat(utc.clock(time)).isEqualTo("11:59:48.123");
    assertThat(utc.offset()).isEqualTo("+00:00");
  }

  @Test
  void formatsTimesAsInApiWithUtcOption() {
    assertThat(utc.when("2027-03-28T11:59:48.123Z")).isEqualTo("2027-03-28T11:59:48Z");
    assertThat(utc.dateAndWhen("2027-03-28T11:59:48.123Z")).isEqualTo("2027-03-28T11:59:48Z");
  }

  @Test
  void measuresDurationOfUnfinishedRunUntilNow() {
    assertThat(local.took("2027-03-28T11:59:00Z", "2027-03-28T11:59:01Z")).isEqualTo("1s");
    assertThat(local.took("2027-03-28T11:59:00Z", "")).isEqualTo("1m");
    assertThat(local.took("", "")).isEmpty();
    assertThat(local.took("2027-03-28T12:00:01Z", "")).isEqualTo("0ms");
  }
}
