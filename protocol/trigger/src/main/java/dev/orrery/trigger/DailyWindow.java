package dev.orrery.trigger;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The part of the local day in which a fixed rate fires: at the start of the window, and then after
 * each period of elapsed time. {@link DaylightSavingRule} maps both ends to instants: an end that
 * the clock skips is moved to the end of the gap, and one that the clock repeats is its first
 * occurrence. This is a pure rule without state: the fire times in a window do not depend on
 * earlier ones.
 *
 * @param from the start, inclusive
 * @param to the end, inclusive; on the next day if it is before {@code from}
 * @param days the days on which a window starts; not empty
 */
public record DailyWindow(LocalTime from, LocalTime to, Set<DayOfWeek> days, ZoneId zone) {
  private static final Duration DAY = Duration.ofDays(1);
  private static final int DAYS_PER_WEEK = 7;
  private static final int DAY_NAME = 3;

  /** The days as documents name them, {@code MON} to {@code SUN}. */
  public static final List<String> DAY_NAMES =
      Stream.of(DayOfWeek.values()).map(DailyWindow::name).toList();

  /**
   * @throws InvalidTriggerException if both ends are equal: a moment or a whole day
   */
  public DailyWindow {
    days = Set.copyOf(days);
    if (from.equals(to)) {
      throw new InvalidTriggerException(
          "within.to",
          "'within.to' equals 'within.from', which could be a moment or a whole day. For one fire"
              + " a day use 'cron'; for a whole day write from 00:00 to 23:59:59.");
    }
  }

  private static String name(DayOfWeek day) {
    return day.name().substring(0, DAY_NAME);
  }

  /** Returns the days with these names; every day if there are none. */
  public static Set<DayOfWeek> daysOf(Collection<String> names) {
    return EnumSet.allOf(DayOfWeek.class).stream()
        .filter(day -> names.isEmpty() || names.contains(name(day)))
        .collect(Collectors.toSet());
  }

  public boolean endsOnNextDay() {
    return to.isBefore(from);
  }

  /**
   * Refuses a period that is still running when the next window starts, where clocks do not change.
   *
   * @throws InvalidTriggerException naming the longest time that is left
   */
  void requireNewStart(Duration period) {
    Duration length = Duration.between(from, to).plus(endsOnNextDay() ? DAY : Duration.ZERO);
    Duration cycle = DAY.multipliedBy(daysBetweenStarts());
    Duration left = cycle.minus(period.multipliedBy(length.dividedBy(period)));
    if (period.compareTo(left) > 0) {
      throw new InvalidTriggerException(
          "every",
          "'every' must be at most the time from the last fire of a window to the start of the"
              + " next, "
              + left
              + " here; got "
              + period
              + ". Choose a divisor of "
              + cycle
              + ", the time between two starts, or end the window earlier.");
    }
  }

  private int daysBetweenStarts() {
    List<Integer> sorted = days.stream().map(DayOfWeek::getValue).sorted().toList();
    return IntStream.range(0, sorted.size())
        .map(
            i ->
                i + 1 < sorted.size()
                    ? sorted.get(i + 1) - sorted.get(i)
                    : sorted.get(0) + DAYS_PER_WEEK - sorted.get(i))
        .min()
        .orElseThrow();
  }

  /** Returns the first fire time strictly after an instant. */
  Instant next(Instant after, Duration period) {
    ZoneRules rules = zone.getRules();
    LocalDate date = LocalDate.ofInstant(after, zone).minusDays(1);
    while (true) {
      if (days.contains(date.getDayOfWeek())) {
        Instant start = start(date, rules);
        Instant fire = fire(start, firesUpTo(after, start, period), period);
        if (!fire.isAfter(end(date, rules))) {
          return fire;
        }
      }
      date = date.plusDays(1);
    }
  }

  /**
   * Counts the fire times from {@code from} to {@code until}, exclusive. Takes one step for each
   * day, however many fire times there are.
   */
  long count(Instant from, Instant until, Duration period) {
    ZoneRules rules = zone.getRules();
    LocalDate last = LocalDate.ofInstant(until, zone).plusDays(1);
    Instant counted = from.minusNanos(1);
    long count = 0;
    for (LocalDate date = LocalDate.ofInstant(from, zone).minusDays(1);
        !date.isAfter(last);
        date = date.plusDays(1)) {
      if (days.contains(date.getDayOfWeek())) {
        Instant start = start(date, rules);
        Instant end = earlier(end(date, rules), until.minusNanos(1));
        long fires = firesUpTo(end, start, period);
        long before = firesUpTo(counted, start, period);
        if (fires > before) {
          count += fires - before;
          // A gap can end one window where it starts the next: both have this fire time.
          counted = fire(start, fires - 1, period);
        }
      }
    }
    return count;
  }

  /** Returns how many fire times a window without an end has up to an instant, inclusive. */
  private static long firesUpTo(Instant instant, Instant start, Duration period) {
    return instant.isBefore(start)
        ? 0
        : Duration.between(start, instant).toMillis() / period.toMillis() + 1;
  }

  private static Instant fire(Instant start, long number, Duration period) {
    return start.plusMillis(number * period.toMillis());
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private Instant start(LocalDate date, ZoneRules rules) {
    return DaylightSavingRule.fireTime(date.atTime(from), rules);
  }

  private Instant end(LocalDate date, ZoneRules rules) {
    LocalDate last = endsOnNextDay() ? date.plusDays(1) : date;
    return DaylightSavingRule.fireTime(last.atTime(to), rules);
  }
}
