package dev.orrery.trigger;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * What the wall clock of a zone shows around a transition, written down instant by instant. Asked
 * is only which offset holds at an instant, never which instants a wall time has.
 *
 * @param readings in order: at least the instants at which the clock shows a multiple of five
 *     minutes, and those at which a gap ends
 */
record ObservedClock(List<Reading> readings) {
  private static final long GRID = 300;
  private static final Duration MARGIN = Duration.ofHours(7);

  /** No clock was ever put back by more. */
  private static final Duration MAX_OVERLAP = Duration.ofHours(25);

  /**
   * One look at the clock.
   *
   * @param firstTime whether the clock shows this wall time for the first time
   * @param skipped the multiples of five minutes that it jumped over in the second before
   */
  record Reading(
      Instant instant, LocalDateTime wall, boolean firstTime, List<LocalDateTime> skipped) {

    boolean firesAtFixedHour(Predicate<LocalDateTime> matches) {
      return (firstTime && matches.test(wall)) || skipped.stream().anyMatch(matches);
    }

    boolean firesInElapsedTime(Predicate<LocalDateTime> matches) {
      return matches.test(wall);
    }
  }

  static ObservedClock around(ZoneOffsetTransition transition, ZoneRules rules) {
    Duration reach = transition.getDuration().abs().plus(MARGIN);
    Instant start = transition.getInstant().minus(reach);
    Instant end = transition.getInstant().plus(reach);
    // What is repeated from the start on was first shown before it.
    Instant warmUp = start.minus(MAX_OVERLAP);
    long step = step(warmUp, end, rules);
    Set<Long> shown = new HashSet<>();
    List<Reading> readings = new ArrayList<>();
    long second = Math.floorDiv(warmUp.getEpochSecond(), step) * step;
    for (; second <= end.getEpochSecond(); second += step) {
      long wall = wall(second, rules);
      boolean firstTime = shown.add(wall);
      if (second >= start.getEpochSecond()) {
        readings.add(
            new Reading(
                Instant.ofEpochSecond(second),
                dateTime(wall),
                firstTime,
                multiples(wall(second - 1, rules) + 1, wall)));
      }
    }
    return new ObservedClock(readings);
  }

  /** Seconds from one look to the next: the most with which nothing is overlooked. */
  private static long step(Instant start, Instant end, ZoneRules rules) {
    long step = gcd(GRID, rules.getOffset(start).getTotalSeconds());
    ZoneOffsetTransition transition = rules.nextTransition(start);
    while (transition != null && !transition.getInstant().isAfter(end)) {
      step = gcd(step, transition.getInstant().getEpochSecond());
      step = gcd(step, transition.getOffsetAfter().getTotalSeconds());
      transition = rules.nextTransition(transition.getInstant());
    }
    return step;
  }

  private static long gcd(long a, long b) {
    return BigInteger.valueOf(a).gcd(BigInteger.valueOf(b)).longValueExact();
  }

  private static long wall(long second, ZoneRules rules) {
    return second + rules.getOffset(Instant.ofEpochSecond(second)).getTotalSeconds();
  }

  private static List<LocalDateTime> multiples(long from, long until) {
    return from >= until
        ? List.of()
        : LongStream.range(from, until)
            .filter(wall -> wall % GRID == 0)
            .mapToObj(ObservedClock::dateTime)
            .toList();
  }

  private static LocalDateTime dateTime(long wall) {
    return LocalDateTime.ofEpochSecond(wall, 0, ZoneOffset.UTC);
  }
}
