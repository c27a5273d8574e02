package dev.orrery.trigger.cron;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Defines how the two day fields of a cron expression are read. Everything else has the same
 * meaning in every dialect: names of days and months, lists, ranges, {@code L}, {@code W} and
 * {@code #}.
 */
public enum CronDialect {
  /** Days of the week are 1 to 7 from Sunday. An expression must not restrict both day fields. */
  QUARTZ("Quartz", "1 to 7 (1 is Sunday)"),

  /**
   * Days of the week are 0 to 7, where 0 and 7 are Sunday. If both day fields are restricted, one
   * of them must match.
   */
  UNIX("Unix", "0 to 7 (0 and 7 are Sunday)"),

  /**
   * Days of the week are 0 to 7, where 0 and 7 are Sunday, and steps count from Monday. If both day
   * fields are restricted, both must match.
   */
  SPRING("Spring", "0 to 7 (0 and 7 are Sunday)");

  private static final int DAYS_PER_WEEK = 7;

  /** The dialects as documents name them. */
  public static final List<String> NAMES =
      Stream.of(values()).map(dialect -> dialect.name().toLowerCase(Locale.ROOT)).toList();

  private final String label;
  private final String numbersOfDays;

  CronDialect(String label, String numbersOfDays) {
    this.label = label;
    this.numbersOfDays = numbersOfDays;
  }

  /**
   * @param name one of {@link #NAMES}
   */
  public static CronDialect named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The name of the dialect in messages. */
  String label() {
    return label;
  }

  /** The numbers that a day of the week may have, for messages. */
  String numbersOfDays() {
    return numbersOfDays;
  }

  boolean acceptsDayOfWeek(int number) {
    return number <= DAYS_PER_WEEK && number >= (this == QUARTZ ? 1 : 0);
  }

  /** Returns the day of the week for a number: 0 to 7, where 0 and 7 are Sunday. */
  int dayOfWeek(int number) {
    return this == QUARTZ ? number - 1 : number;
  }

  /** Returns the day from which steps count: 0 is Sunday, 1 is Monday. */
  int firstDayOfWeek() {
    return this == SPRING ? 1 : 0;
  }

  /** Returns true if a range may end before it starts, such as 22-2. */
  boolean wrapsRanges() {
    return this == QUARTZ;
  }

  /** Returns true if a step may follow a name; Quartz silently ignores such a step. */
  boolean stepsFromNames() {
    return this != QUARTZ;
  }
}
