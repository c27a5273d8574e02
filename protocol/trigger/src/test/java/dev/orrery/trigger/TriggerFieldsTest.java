package dev.orrery.trigger;

import static dev.orrery.trigger.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.trigger.cron.CronDialect;
import dev.orrery.trigger.cron.CronExpression;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerFieldsTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Instant NOON = Instant.parse("2027-03-01T12:00:00Z");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final DailyWindow MORNING =
      new DailyWindow(LocalTime.of(9, 0), LocalTime.of(12, 0), Set.of(DayOfWeek.values()), BERLIN);

  private static TriggerFields ofCron(String cron, ZoneId zone) {
    return new TriggerFields(
        cron, CronDialect.SPRING, null, null, null, null, zone, FireWindow.OPEN, null);
  }

  private static TriggerFields ofEvery(DailyWindow within, ZoneId zone, CronDialect dialect) {
    return new TriggerFields(null, dialect, HOUR, within, null, null, zone, FireWindow.OPEN, null);
  }

  private static TriggerFields ofAt(FireWindow bounds) {
    return new TriggerFields(null, null, null, null, null, NOON, null, bounds, null);
  }

  @Test
  void derivesTriggerTypeFromGivenField() {
    assertThat(ofCron("0 0 9 * * 1-5", BERLIN).trigger())
        .isEqualTo(
            new Trigger.Cron(
                CronExpression.parse("0 0 9 * * 1-5", CronDialect.SPRING),
                BERLIN,
                FireWindow.OPEN,
                Duration.ZERO));
    assertThat(ofEvery(null, null, null).trigger())
        .isEqualTo(new Trigger.Every(HOUR, FireWindow.OPEN, Duration.ZERO));
    assertThat(ofEvery(MORNING, BERLIN, null).trigger())
        .isEqualTo(new Trigger.EveryWithin(HOUR, MORNING, FireWindow.OPEN, Duration.ZERO));
    assertThat(
            new TriggerFields(
                    null,
                    null,
                    null,
                    null,
                    HOUR,
                    null,
                    null,
                    FireWindow.OPEN,
                    Duration.ofMinutes(1))
                .trigger())
        .isEqualTo(new Trigger.Delay(HOUR, FireWindow.OPEN, Duration.ofMinutes(1)));
    assertThat(ofAt(FireWindow.OPEN).trigger()).isEqualTo(new Trigger.At(NOON, Duration.ZERO));
  }

  @Test
  void firesCronWithoutZoneInUtc() {
    assertThat(((Trigger.Cron) ofCron("0 0 9 * * *", null).trigger()).zone())
        .isEqualTo(ZoneOffset.UTC);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-,     -,    -,    -,                    none",
        "@hourly, PT1H, -,    -,                    cron and every",
        "-,     PT1H, PT2H, -,                    every and delay",
        "-,     -,    PT2H, 2027-03-01T12:00:00Z, delay and at",
        "@hourly, PT1H, PT2H, 2027-03-01T12:00:00Z, cron and every and delay and at"
      })
  void requiresExactlyOneTriggerType(
      String cron, Duration every, Duration delay, Instant at, String given) {
    assertRefused(
            "cron",
            () ->
                new TriggerFields(cron, null, every, null, delay, at, null, FireWindow.OPEN, null))
        .hasMessageEndingWith("this one has " + given + ".");
  }

  @Test
  void refusesFieldOfOtherTriggerType() {
    assertRefused(
        "within",
        () ->
            new TriggerFields(
                "@hourly", null, null, MORNING, null, null, BERLIN, FireWindow.OPEN, null));
    assertRefused("zone", () -> ofEvery(null, BERLIN, null));
    assertRefused("dialect", () -> ofEvery(MORNING, BERLIN, CronDialect.UNIX));
  }

  @Test
  void refusesInstantOutsideFireWindow() {
    assertThat(ofAt(new FireWindow(NOON, NOON)).trigger()).isNotNull();
    assertRefused("at", () -> ofAt(new FireWindow(NOON.plusMillis(1), null)));
    assertRefused("at", () -> ofAt(new FireWindow(null, NOON.minusMillis(1))));
  }
}
