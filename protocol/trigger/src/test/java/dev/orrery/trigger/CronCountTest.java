package dev.orrery.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.trigger.cron.CronDialect;
import dev.orrery.trigger.cron.CronExpression;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the number of fire times with a count step by step. */
@Tag("slow")
class CronCountTest {
  private static final int EXPRESSIONS = 3_000;
  private static final int MAX_STEPS = 3_000;
  private static final Instant FIRST_START = Instant.parse("1990-01-01T00:00:00Z");
  private static final Instant LAST_START = Instant.parse("2060-01-01T00:00:00Z");

  /**
   * With shifts of an hour, of half an hour and, in Casablanca, of an hour twice around Ramadan.
   */
  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe",
          "Africa/Casablanca",
          "Pacific/Apia",
          "Asia/Kathmandu");

  private final long seed = Long.getLong("orrery.test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void matchesCountOfStepwiseIteration(TestReporter reporter) {
    reporter.publishEntry("orrery.test.seed", Long.toString(seed));
    for (int i = 0; i < EXPRESSIONS; i++) {
      String text = text();
      CronExpression cron = CronExpression.parse(text, CronDialect.SPRING);
      ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
      Instant from = start(zone);
      Instant until = from.plusMillis((long) (random.nextDouble() * longest(text).toMillis()));

      Instant reached = until;
      long steps = 0;
      Optional<Instant> at = cron.next(from.minusNanos(1), zone);
      while (at.isPresent() && at.get().isBefore(until)) {
        if (++steps == MAX_STEPS) {
          reached = at.get().plusNanos(1);
          break;
        }
        at = cron.next(at.get(), zone);
      }

      assertThat(cron.count(from, reached, zone))
          .as("'%s' in %s from %s to %s, -Dorrery.test.seed=%d", text, zone, from, reached, seed)
          .isEqualTo(steps);
    }
  }

  private String text() {
    String text = new RandomCron(random).spring();
    return switch (random.nextInt(4)) {
      case 0 -> "0 */10 * " + afterTime(text);
      case 1 -> "0 0/7 1-3 " + afterTime(text);
      default -> text;
    };
  }

  private static String afterTime(String text) {
    return text.split(" ", 4)[3];
  }

  private static Duration longest(String text) {
    return text.split(" ", 3)[0].equals("0") ? Duration.ofDays(700) : Duration.ofDays(3);
  }

  /** Half of them within two days before a shift of the clocks, where there is one. */
  private Instant start(ZoneId zone) {
    long span = LAST_START.getEpochSecond() - FIRST_START.getEpochSecond();
    Instant any =
        FIRST_START
            .plusSeconds((long) (random.nextDouble() * span))
            .plusMillis(random.nextInt(3) * 400L);
    ZoneOffsetTransition shift = zone.getRules().nextTransition(any);
    return shift == null || random.nextBoolean()
        ? any
        : shift.getInstant().minusSeconds(random.nextInt(172_800));
  }

  @ParameterizedTest
  @CsvSource({
    // Berlin, the hour from two to three is left out, and its fires are one.
    "0 30 2 * * *,     2026-03-29T00:30:00Z, 2026-03-29T01:00:01Z, 1",
    "0 0/10 2-3 * * *, 2026-03-29T00:30:00Z, 2026-03-29T01:30:00Z, 3",
    "0 0/10 * * * *,   2026-03-29T00:30:00Z, 2026-03-29T01:30:00Z, 6",
    // The hour is repeated.
    "0 0/10 2 * * *,   2026-10-25T00:00:00Z, 2026-10-25T02:00:00Z, 6",
    "0 0/10 * * * *,   2026-10-25T00:00:00Z, 2026-10-25T02:00:00Z, 12",
    "* * * * * *,      2026-10-25T00:00:00Z, 2026-10-26T00:00:00Z, 86400",
    "* * * * * *,      2016-01-01T00:00:00Z, 2026-01-01T00:00:00Z, 315619200",
    "* * * * * *,      2026-01-01T00:00:00.001Z, 2026-01-01T00:00:02Z, 1",
    "* * * * * *,      2026-01-01T00:00:00Z, 2026-01-01T00:00:02.001Z, 3",
    "* * * * * *,      2026-01-01T00:00:02Z, 2026-01-01T00:00:00Z, 0",
    "0 0 0 29 2 *,     1999-01-01T00:00:00Z, 2026-01-01T00:00:00Z, 7",
  })
  void countsCronFiresAcrossClockShifts(String cron, Instant from, Instant until, long count) {
    assertThat(CronExpression.parse(cron).count(from, until, ZoneId.of("Europe/Berlin")))
        .isEqualTo(count);
  }

  @ParameterizedTest
  @CsvSource({
    "                    ,                         , 5",
    "2026-01-01T00:00:03Z,                         , 2",
    "2026-01-01T00:00:02.500Z,                     , 2",
    "                    , 2026-01-01T00:00:03Z    , 4",
    "                    , 2026-01-01T00:00:03.500Z, 4",
    "2026-01-01T00:00:09Z, 2026-01-01T00:00:12Z    , 0",
  })
  void countsOnlyFiresWithinFireWindow(Instant first, Instant last, long count) {
    Trigger.Cron trigger =
        new Trigger.Cron(
            CronExpression.parse("* * * * * *"),
            ZoneId.of("UTC"),
            new FireWindow(first, last),
            Duration.ZERO);

    Instant newYear = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(trigger.count(newYear, newYear.plusSeconds(5))).isEqualTo(count);
  }
}
