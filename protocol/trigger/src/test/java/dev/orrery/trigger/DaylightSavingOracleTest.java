package dev.orrery.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.trigger.ObservedClock.Reading;
import dev.orrery.trigger.cron.CronExpression;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Compares the search with an observed clock at all transitions of all zones. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("slow")
class DaylightSavingOracleTest {
  private static final Instant FROM = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant UNTIL = Instant.parse("2038-01-01T00:00:00Z");

  /** Farther than any search looks from within the hours that are checked. */
  private static final Duration NEAR = Duration.ofDays(400);

  private static final List<Case> CASES =
      List.of(
          fixed("0 30 2 * * *", oneOf(2), oneOf(30)),
          fixed("0 0 0 * * *", oneOf(0), oneOf(0)),
          fixed("0 15 1 * * *", oneOf(1), oneOf(15)),
          fixed("0 0,40 0,2,3 * * *", oneOf(0, 2, 3), oneOf(0, 40)),
          fixed("0 */5 1-3 * * *", oneOf(1, 2, 3), multipleOf(5)),
          fixed("0 */20 0-22 * * *", hour -> hour < 23, multipleOf(20)),
          fixed("0 10 23 * * 6,7", oneOf(23), oneOf(10))
              .on(date -> date.getDayOfWeek().getValue() > 5),
          fixed("0 45 0-2 1-15 * *", oneOf(0, 1, 2), oneOf(45))
              .on(date -> date.getDayOfMonth() <= 15),
          elapsed("0 */20 0-23 * * *", multipleOf(1), multipleOf(20)),
          elapsed("0 */30 * * * *", multipleOf(1), multipleOf(30)),
          elapsed("0 0 */2 * * *", multipleOf(2), oneOf(0)),
          elapsed("0 50 1-3/2 * * *", oneOf(1, 3), oneOf(50)),
          elapsed("0 5-15/10 ? * 3-10 *", multipleOf(1), oneOf(5, 15))
              .on(date -> date.getMonthValue() > 2 && date.getMonthValue() < 11));

  /** At multiples of five minutes, and shorter than the clock is watched before the checks. */
  private static final List<WindowCase> WINDOWS =
      List.of(
          new WindowCase("02:30", "04:00", Duration.ofMinutes(25)),
          new WindowCase("01:00", "02:30", Duration.ofMinutes(30)),
          new WindowCase("02:10", "02:50", Duration.ofMinutes(10)),
          new WindowCase("00:00", "00:55", Duration.ofMinutes(15)),
          new WindowCase("22:00", "02:00", Duration.ofHours(1)),
          new WindowCase("23:30", "01:15", Duration.ofMinutes(35)));

  private static final Duration CHECKED = Duration.ofHours(3);

  private record WindowCase(LocalTime from, LocalTime to, Duration period) {
    WindowCase(String from, String to, Duration period) {
      this(LocalTime.parse(from), LocalTime.parse(to), period);
    }

    DailyWindow in(ZoneId zone) {
      return new DailyWindow(from, to, EnumSet.complementOf(EnumSet.of(DayOfWeek.WEDNESDAY)), zone);
    }
  }

  /** An expression, and in other words what it matches; all of it at multiples of five minutes. */
  private record Case(
      CronExpression expression,
      boolean fixed,
      IntPredicate hour,
      IntPredicate minute,
      Predicate<LocalDate> date) {

    boolean firesAt(Reading reading) {
      return fixed
          ? reading.firesAtFixedHour(this::matches)
          : reading.firesInElapsedTime(this::matches);
    }

    Case on(Predicate<LocalDate> otherDate) {
      return new Case(expression, fixed, hour, minute, otherDate);
    }

    private boolean matches(LocalDateTime wall) {
      return wall.getSecond() == 0
          && minute.test(wall.getMinute())
          && hour.test(wall.getHour())
          && date.test(wall.toLocalDate());
    }
  }

  private static Case fixed(String expression, IntPredicate hour, IntPredicate minute) {
    return new Case(CronExpression.parse(expression), true, hour, minute, date -> true);
  }

  private static Case elapsed(String expression, IntPredicate hour, IntPredicate minute) {
    return new Case(CronExpression.parse(expression), false, hour, minute, date -> true);
  }

  private static IntPredicate oneOf(int... values) {
    return IntStream.of(values).collect(BitSet::new, BitSet::set, BitSet::or)::get;
  }

  private static IntPredicate multipleOf(int divisor) {
    return value -> value % divisor == 0;
  }

  @Test
  @Tag("thorough")
  void matchesObservedClockAtEveryTransitionOfEveryZone() {
    assertThat(transitionsChecked(zones())).as("transitions seen").isGreaterThan(10_000);
  }

  @Test
  void matchesObservedClockAtEveryTransitionOfEveryFifthZone() {
    List<ZoneId> zones = zones();
    List<ZoneId> fifth =
        IntStream.range(0, zones.size()).filter(n -> n % 5 == 0).mapToObj(zones::get).toList();
    assertThat(transitionsChecked(fifth)).as("transitions seen").isGreaterThan(1_000);
  }

  /** One zone for each set of rules. */
  private static List<ZoneId> zones() {
    Map<ZoneRules, ZoneId> zones = new LinkedHashMap<>();
    for (String id : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
      ZoneId zone = ZoneId.of(id);
      zones.putIfAbsent(zone.getRules(), zone);
    }
    return List.copyOf(zones.values());
  }

  private static int transitionsChecked(List<ZoneId> zones) {
    Set<List<ZoneOffsetTransition>> checked = ConcurrentHashMap.newKeySet();
    return zones.parallelStream().mapToInt(zone -> checkTransitions(zone, checked)).sum();
  }

  /** What other zones have had in the same way, with all that is near it, is not checked again. */
  private static int checkTransitions(ZoneId zone, Set<List<ZoneOffsetTransition>> checked) {
    ZoneRules rules = zone.getRules();
    int transitions = 0;
    ZoneOffsetTransition transition = rules.nextTransition(FROM);
    while (transition != null && transition.getInstant().isBefore(UNTIL)) {
      if (checked.add(near(transition, rules))) {
        Duration distance = transition.getDuration().abs().plus(CHECKED);
        List<Reading> readings = ObservedClock.around(transition, rules).readings();
        List<Reading> close = close(readings, transition.getInstant(), distance);
        for (Case expected : CASES) {
          check(
              expected.expression() + " in " + zone,
              after -> expected.expression().next(after, zone),
              close,
              expected::firesAt);
        }
        checkWindows(zone, readings, close);
      }
      transitions++;
      transition = rules.nextTransition(transition.getInstant());
    }
    return transitions;
  }

  /** The transition itself first, then those around it: zones that share them share their clock. */
  private static List<ZoneOffsetTransition> near(ZoneOffsetTransition transition, ZoneRules rules) {
    List<ZoneOffsetTransition> near = new ArrayList<>(List.of(transition));
    Instant end = transition.getInstant().plus(NEAR);
    ZoneOffsetTransition one = rules.nextTransition(transition.getInstant().minus(NEAR));
    while (one != null && one.getInstant().isBefore(end)) {
      near.add(one);
      one = rules.nextTransition(one.getInstant());
    }
    return near;
  }

  private static List<Reading> close(List<Reading> readings, Instant to, Duration distance) {
    return readings.stream()
        .filter(one -> Duration.between(to, one.instant()).abs().compareTo(distance) <= 0)
        .toList();
  }

  private static void checkWindows(ZoneId zone, List<Reading> readings, List<Reading> close) {
    for (WindowCase expected : WINDOWS) {
      DailyWindow window = expected.in(zone);
      WindowSteps steps = new WindowSteps(window, expected.period());
      Set<Instant> fires =
          readings.stream()
              .filter(reading -> steps.firesAt(reading.instant(), reading.wall()))
              .map(Reading::instant)
              .collect(Collectors.toSet());
      check(
          expected + " in " + zone,
          after -> Optional.of(window.next(after, expected.period())),
          close,
          reading -> fires.contains(reading.instant()));
    }
  }

  private static void check(
      String what,
      Function<Instant, Optional<Instant>> next,
      List<Reading> readings,
      Predicate<Reading> firesAt) {
    Instant end = readings.get(readings.size() - 1).instant();
    Optional<Instant> fire = Optional.empty();
    // Backwards, so that the next fire time is the one met last.
    for (int i = readings.size() - 1; i >= 0; i--) {
      Instant instant = readings.get(i).instant();
      if (i % 2 == 0) {
        check(what, next, instant, fire, end);
      }
      if (firesAt.test(readings.get(i))) {
        fire = Optional.of(instant);
        check(what, next, instant.minusMillis(1), fire, end);
      }
    }
  }

  private static void check(
      String what,
      Function<Instant, Optional<Instant>> next,
      Instant after,
      Optional<Instant> fire,
      Instant end) {
    Optional<Instant> found = next.apply(after).filter(at -> !at.isAfter(end));
    // An assertion only where it fails: there are millions.
    if (!found.equals(fire)) {
      assertThat(found).as("%s after %s", what, after).isEqualTo(fire);
    }
  }
}
