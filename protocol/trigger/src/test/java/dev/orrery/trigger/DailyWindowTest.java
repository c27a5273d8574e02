package dev.orrery.trigger;

import static dev.orrery.trigger.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DailyWindowTest {
  private static final Set<DayOfWeek> EVERY_DAY = EnumSet.allOf(DayOfWeek.class);
  private static final int WINDOWS = 100;
  private static final Duration WATCHED = Duration.ofDays(10);

  /** More than a window lasts, so that the steps know which ones are open. */
  private static final Duration LEAD = Duration.ofHours(49);

  private static final long FIRST_START = Instant.parse("1975-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST_START = Instant.parse("2037-01-01T00:00:00Z").getEpochSecond();

  /** Offsets and transitions at whole minutes. */
  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "America/New_York",
          "America/Sao_Paulo",
          "Australia/Lord_Howe",
          "Africa/Casablanca",
          "Pacific/Apia",
          "Asia/Kathmandu");

  @ParameterizedTest(name = "{0} {1} {2} {3} {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # Both ends are inclusive, and each window begins anew
          PT2H  | 09:00-13:00    | every day | UTC           | 2026-03-02T09:00Z 2026-03-02T11:00Z 2026-03-02T13:00Z 2026-03-03T09:00Z
          PT45M | 09:00-10:00    | every day | UTC           | 2026-03-02T09:00Z 2026-03-02T09:45Z 2026-03-03T09:00Z
          PT7M  | 09:00:30-09:10 | every day | UTC           | 2026-03-02T09:00:30Z 2026-03-02T09:07:30Z 2026-03-03T09:00:30Z
          PT1.5S | 09:00-09:00:02 | every day | UTC          | 2026-03-02T09:00Z 2026-03-02T09:00:01.5Z 2026-03-03T09:00Z
          # As long as the window, and longer
          PT4H  | 09:00-13:00    | every day | UTC           | 2026-03-02T09:00Z 2026-03-02T13:00Z 2026-03-03T09:00Z
          PT24H | 09:00-13:00    | every day | Europe/Berlin | 2026-03-28T09:00+01:00 2026-03-29T09:00+02:00 2026-03-30T09:00+02:00
          # 2 March 2026 is a Monday
          PT1H  | 09:00-09:30    | MON,THU   | UTC           | 2026-03-02T09:00Z 2026-03-05T09:00Z 2026-03-09T09:00Z
          P7D   | 09:00-09:30    | MON       | Europe/Berlin | 2026-03-23T09:00+01:00 2026-03-30T09:00+02:00
          # The whole day, one fire after the other
          PT10M | 00:00-23:59:59 | every day | UTC           | 2026-03-02T23:40Z 2026-03-02T23:50Z 2026-03-03T00:00Z
          # Past midnight: the day is that of the start
          PT2H  | 22:00-02:00    | every day | UTC           | 2026-03-02T22:00Z 2026-03-03T00:00Z 2026-03-03T02:00Z 2026-03-03T22:00Z
          PT2H  | 22:00-02:00    | MON       | UTC           | 2026-03-03T00:00Z 2026-03-03T02:00Z 2026-03-09T22:00Z
          # A gap: the first instant after it, for either end
          PT30M | 02:30-04:00    | every day | Europe/Berlin | 2026-03-29T03:00+02:00 2026-03-29T03:30+02:00 2026-03-29T04:00+02:00 2026-03-30T02:30+02:00
          PT30M | 01:00-02:30    | every day | Europe/Berlin | 2026-03-29T01:00+01:00 2026-03-29T01:30+01:00 2026-03-29T03:00+02:00 2026-03-30T01:00+02:00
          PT10M | 02:10-02:50    | every day | Europe/Berlin | 2026-03-28T02:50+01:00 2026-03-29T03:00+02:00 2026-03-30T02:10+02:00
          PT1H  | 09:00-10:00    | every day | Pacific/Apia  | 2011-12-29T10:00-10:00 2011-12-31T00:00+14:00 2011-12-31T09:00+14:00
          # One window ends where the next one starts: one fire, whether or not both have it
          PT30M | 00:30-00:15    | every day | America/Sao_Paulo | 2018-11-03T23:30-03:00 2018-11-04T01:00-02:00 2018-11-04T01:30-02:00
          PT1H  | 00:30-00:15    | every day | America/Sao_Paulo | 2018-11-03T23:30-03:00 2018-11-04T01:00-02:00 2018-11-04T02:00-02:00
          # A repeated hour: one window, by elapsed time
          PT30M | 02:30-04:00    | every day | Europe/Berlin | 2026-10-25T02:30+02:00 2026-10-25T02:00+01:00 2026-10-25T02:30+01:00 2026-10-25T03:00+01:00
          PT1H  | 02:00-02:30    | every day | Europe/Berlin | 2026-10-25T02:00+02:00 2026-10-26T02:00+01:00
          PT1H  | 01:00-02:30    | every day | Europe/Berlin | 2026-10-25T01:00+02:00 2026-10-25T02:00+02:00 2026-10-26T01:00+01:00
          """)
  void firesFromStartOfEachWindowToItsEnd(
      Duration period, String times, String days, String zone, String fireTimes) {
    Trigger.EveryWithin trigger = trigger(period, window(times, days, zone), FireWindow.OPEN);
    List<Instant> expected =
        Stream.of(fireTimes.split(" ", -1))
            .map(text -> OffsetDateTime.parse(text).toInstant())
            .toList();
    Instant last = expected.get(expected.size() - 1);

    assertThat(fireTimes(trigger, expected.get(0).minusMillis(1), last)).isEqualTo(expected);
    assertThat(trigger.count(expected.get(0), last.plusNanos(1))).isEqualTo(expected.size());
  }

  @Test
  void firesOnlyBetweenFromAndUntil() {
    DailyWindow window = window("09:00-13:00", "every day", "UTC");
    Instant nine = Instant.parse("2026-03-02T09:00:00Z");
    Duration hour = Duration.ofHours(1);
    Trigger.EveryWithin trigger =
        trigger(hour, window, new FireWindow(nine.plusSeconds(1), nine.plus(Duration.ofDays(1))));

    assertThat(trigger.first(Instant.EPOCH)).contains(nine.plus(hour));
    assertThat(trigger.count(Instant.EPOCH, Instant.MAX)).isEqualTo(5);
    assertThat(trigger.next(nine.plus(Duration.ofDays(1)), null)).isEmpty();
    assertThat(trigger(hour, window, new FireWindow(nine, null)).first(nine)).contains(nine);
    assertThat(trigger(hour, window, FireWindow.OPEN).first(nine)).contains(nine.plus(hour));
    assertThat(trigger.next(Instant.MAX, null)).isEmpty();
  }

  @Test
  void refusesEndBeforeFirstFireTime() {
    Instant until = Instant.parse("2026-03-02T08:59:59Z");
    Trigger trigger =
        trigger(
            Duration.ofHours(1),
            window("09:00-13:00", "every day", "UTC"),
            new FireWindow(null, until));

    assertRefused("until", () -> trigger.requireFiresAfter(until.minusSeconds(3600)))
        .hasMessageContaining("never fires");
  }

  @Test
  void refusesWindowWithEqualEnds() {
    assertRefused("within.to", () -> window("09:00-09:00", "every day", "UTC"))
        .hasMessageContaining("'cron'")
        .hasMessageContaining("from 00:00 to 23:59:59");
  }

  /** The last column is the most that is allowed, where the period is more. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PT10M | 00:00-23:59:59 | every day |
          PT7M  | 00:00-23:59:59 | every day | PT5M
          PT7M  | 00:00-23:54    | every day |
          PT14H30M | 09:00-18:30 | every day |
          PT15H | 09:00-18:30    | every day |
          PT24H | 09:00-18:30    | every day |
          PT24H1M | 09:00-18:30  | every day | PT24H
          P2D   | 09:00-18:30    | MON,WED,FRI |
          P3D   | 09:00-18:30    | MON,WED,FRI | PT48H
          P2D   | 09:00-18:30    | SUN,MON   | PT24H
          P7D   | 09:00-18:30    | SUN       |
          PT8H  | 22:00-06:00    | every day |
          PT6H  | 22:00-17:00    | every day |
          PT7H  | 22:00-17:00    | every day | PT10H
          """)
  void refusesPeriodThatOverlapsNextWindow(
      Duration period, String times, String days, Duration most) {
    DailyWindow window = window(times, days, "UTC");
    if (most == null || period.compareTo(most) <= 0) {
      assertThatCode(() -> trigger(period, window, FireWindow.OPEN)).doesNotThrowAnyException();
    } else {
      assertRefused("every", () -> trigger(period, window, FireWindow.OPEN))
          .hasMessageContaining("the start of the next, " + most + " here; got " + period + ".");
    }
  }

  @Test
  void firesRandomWindowsLikeStepwiseSearch(TestReporter reporter) {
    long seed = Long.getLong("orrery.test.seed", System.nanoTime());
    reporter.publishEntry("orrery.test.seed", Long.toString(seed));
    Random random = new Random(seed);
    int fires = 0;
    for (int i = 0; i < WINDOWS; i++) {
      DailyWindow window = randomWindow(random);
      Trigger.EveryWithin trigger = trigger(randomPeriod(random, window), window, FireWindow.OPEN);
      Instant from = randomStart(random, window.zone());
      Instant until = from.plus(WATCHED);
      String what = trigger + " from " + from + ", -Dorrery.test.seed=" + seed;

      List<Instant> expected = steps(trigger, from, until);

      assertThat(fireTimes(trigger, from.minusNanos(1), until)).as(what).isEqualTo(expected);
      Instant middle = from.plusSeconds(random.nextInt((int) WATCHED.toSeconds()));
      assertThat(trigger.count(from, middle))
          .as(what)
          .isEqualTo(expected.stream().filter(middle::isAfter).count());
      fires += expected.size();
    }
    assertThat(fires).isGreaterThan(10 * WINDOWS);
  }

  private static List<Instant> steps(Trigger.EveryWithin trigger, Instant from, Instant until) {
    WindowSteps steps = new WindowSteps(trigger.window(), trigger.period());
    List<Instant> fires = new ArrayList<>();
    for (Instant at = from.minus(LEAD); !at.isAfter(until); at = at.plusSeconds(60)) {
      boolean fire = steps.firesAt(at, LocalDateTime.ofInstant(at, trigger.window().zone()));
      if (fire && !at.isBefore(from)) {
        fires.add(at);
      }
    }
    return fires;
  }

  private static List<Instant> fireTimes(Trigger trigger, Instant after, Instant last) {
    List<Instant> fires = new ArrayList<>();
    Optional<Instant> next = trigger.next(after, null);
    while (next.isPresent() && !next.get().isAfter(last)) {
      fires.add(next.get());
      next = trigger.next(next.get(), null);
    }
    return fires;
  }

  private static DailyWindow randomWindow(Random random) {
    LocalTime from = LocalTime.MIDNIGHT.plusMinutes(random.nextInt(24 * 60));
    LocalTime to = from.plusMinutes(1 + random.nextInt(24 * 60 - 1));
    Set<DayOfWeek> days =
        EVERY_DAY.stream().filter(day -> random.nextBoolean()).collect(Collectors.toSet());
    String zone = ZONES.get(random.nextInt(ZONES.size()));
    return new DailyWindow(from, to, days.isEmpty() ? EVERY_DAY : days, ZoneId.of(zone));
  }

  private static Duration randomPeriod(Random random, DailyWindow window) {
    while (true) {
      Duration period = Duration.ofMinutes(1 + random.nextInt(random.nextBoolean() ? 90 : 1440));
      try {
        window.requireNewStart(period);
        return period;
      } catch (InvalidTriggerException e) {
        // One that divides the day, or fits into the night, comes soon.
        assertThat(e.field()).isEqualTo("every");
      }
    }
  }

  /** Half of them within ten days before a shift of the clocks, where there is one. */
  private static Instant randomStart(Random random, ZoneId zone) {
    long second = FIRST_START + (long) (random.nextDouble() * (LAST_START - FIRST_START));
    Instant start = Instant.ofEpochSecond(second - second % 60);
    ZoneOffsetTransition shift = zone.getRules().nextTransition(start);
    return shift == null || random.nextBoolean()
        ? start
        : shift.getInstant().minusSeconds(60L * random.nextInt(10 * 24 * 60));
  }

  private static Trigger.EveryWithin trigger(
      Duration period, DailyWindow window, FireWindow bounds) {
    return new Trigger.EveryWithin(period, window, bounds, Duration.ZERO);
  }

  private static DailyWindow window(String times, String days, String zone) {
    String[] ends = times.split("-", -1);
    Set<DayOfWeek> some =
        EVERY_DAY.stream()
            .filter(day -> days.contains(day.name().substring(0, 3)))
            .collect(Collectors.toSet());
    return new DailyWindow(
        LocalTime.parse(ends[0]),
        LocalTime.parse(ends[1]),
        some.isEmpty() ? EVERY_DAY : some,
        ZoneId.of(zone));
  }
}
