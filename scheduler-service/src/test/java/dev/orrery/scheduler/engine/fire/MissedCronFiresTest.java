package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.orrery.scheduler.model.trigger.FireWindow;
import dev.orrery.scheduler.model.trigger.Trigger;
import dev.orrery.scheduler.model.trigger.cron.CronExpression;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Missed fires of a cron expression are counted by arithmetic; the result is that of all steps. */
class MissedCronFiresTest {
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

    assertThat(DueFireTimes.ofCron(NOW, MISSED_BEFORE, first, cron))
        .isEqualTo(DueFireTimes.upTo(NOW, MISSED_BEFORE, first, at -> cron.next(at, null)));
  }

  @Test
  void findsLatestMissedFiresBeyondCountLimit() {
    Trigger.Cron cron = cron("* * 3 * * *", "UTC", null);

    DueFireTimes times = DueFireTimes.ofCron(NOW, MISSED_BEFORE, ago(2000), cron);

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
            assertThat(DueFireTimes.ofCron(NOW, MISSED_BEFORE, ago(8760), cron).missed())
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
