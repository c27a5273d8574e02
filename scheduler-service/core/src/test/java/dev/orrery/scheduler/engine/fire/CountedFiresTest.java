package dev.orrery.scheduler.engine.fire;

import static java.time.DayOfWeek.MONDAY;
import static java.time.DayOfWeek.SATURDAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.orrery.trigger.DailyWindow;
import dev.orrery.trigger.FireWindow;
import dev.orrery.trigger.Trigger;
import dev.orrery.trigger.cron.CronExpression;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that calculated counts of missed fires equal the counts of single steps. */
class CountedFiresTest {
  private static final Instant NOW = Instant.parse("2026-03-30T12:00:00.250Z");
  private static final Instant MISSED_BEFORE = MisfireRule.missedBefore(NOW);

  /** First fire time and end in hours before now. */
  @ParameterizedTest
  @CsvSource({
    "* * * * * *,           UTC,               27,   -1",
    "* * * * * *,           UTC,               0.2,  -1",
    "* * * * * *,           Europe/Berlin,     27,   13",
    "* * * * * *,           Europe/Berlin,     27,   0",
    "*/7 * * * * *,         Europe/Berlin,     60,   -1",
    "0 * * * * *,           America/New_York,  1000, -1",
    "0 0/5 2-3 * * *,       Europe/Berlin,     2000, -1",
    "* * 2 * * *,           Europe/Berlin,     300,  -1",
    "0 0 * * * *,           Australia/Lord_Howe, 4000, -1",
    "0 0 3 * * *,           UTC,               17000, -1",
    "* 0 3 1 * *,           UTC,               17000, -1",
    "* * * * * *,           UTC,               27.0001, -1",
  })
  void countsMissedCronFiresLikeStepwiseCount(
      String text, String zone, double firstAgo, double untilAgo) {
    Instant first = ago(firstAgo);
    Trigger.Cron cron = cron(text, zone, untilAgo < 0 ? null : ago(untilAgo));

    assertThat(DueFireTimes.ofCounted(NOW, MISSED_BEFORE, first, cron))
        .isEqualTo(DueFireTimes.upTo(NOW, MISSED_BEFORE, first, at -> cron.next(at, null)));
  }

  /** The period, and the window in Berlin; first fire time and end in hours before now. */
  @ParameterizedTest
  @CsvSource({
    "PT1S,   09:00, 18:30, 27,   -1",
    "PT1S,   09:00, 18:30, 27,   20",
    "PT1.5S, 09:00, 18:30, 27,   -1",
    "PT1M,   22:00, 06:00, 1000, -1",
    "PT1M,   01:30, 02:30, 1000, -1",
    "PT10M,  00:00, 23:59, 2000, -1",
    "PT24H,  09:00, 18:30, 17000, -1",
    "PT1S,   09:00, 18:30, 27.0001, -1",
  })
  void countsMissedFiresOfWindowsLikeStepwiseCount(
      Duration period, LocalTime from, LocalTime to, double firstAgo, double untilAgo) {
    Trigger.Counted trigger =
        new Trigger.EveryWithin(
            period,
            new DailyWindow(from, to, EnumSet.range(MONDAY, SATURDAY), ZoneId.of("Europe/Berlin")),
            new FireWindow(null, untilAgo < 0 ? null : ago(untilAgo)),
            Duration.ZERO);
    Instant first = ago(firstAgo);

    assertThat(DueFireTimes.ofCounted(NOW, MISSED_BEFORE, first, trigger))
        .isEqualTo(DueFireTimes.upTo(NOW, MISSED_BEFORE, first, at -> trigger.next(at, null)));
  }

  @Test
  void findsLatestMissedFiresBeyondCountLimit() {
    Trigger.Cron cron = cron("* * 3 * * *", "UTC", null);

    DueFireTimes times = DueFireTimes.ofCounted(NOW, MISSED_BEFORE, ago(2000), cron);

    Instant last = Instant.parse("2026-03-30T03:59:59Z");
    assertThat(times.missed()).isEqualTo(DueFireTimes.MAX_COUNTED);
    assertThat(times.latestMissed())
        .hasSize(101)
        .startsWith(last.minusSeconds(100))
        .endsWith(last)
        .isSorted();
    assertThat(times.next()).isEqualTo(Instant.parse("2026-03-31T03:00:00Z"));
  }

  @Test
  void countsYearOfSecondlyFiresOf1000JobsQuickly() {
    Trigger.Cron cron = cron("* * * * * *", "Europe/Berlin", null);

    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          for (int job = 0; job < 1_000; job++) {
            assertThat(DueFireTimes.ofCounted(NOW, MISSED_BEFORE, ago(8760), cron).missed())
                .isEqualTo(DueFireTimes.MAX_COUNTED);
          }
        });
  }

  private static Trigger.Cron cron(String text, String zone, Instant until) {
    return new Trigger.Cron(
        CronExpression.parse(text), ZoneId.of(zone), new FireWindow(null, until), Duration.ZERO);
  }

  private static Instant ago(double hours) {
    return NOW.minusMillis((long) (hours * 3_600_000)).minusMillis(250);
  }
}
