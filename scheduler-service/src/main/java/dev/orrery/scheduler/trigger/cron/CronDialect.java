package dev.orrery.scheduler.trigger.cron;

/**
 * Decides how the two day fields of an expression are read. Everything else means the same in all
 * dialects: names of days and months, lists, ranges, {@code L}, {@code W} and {@code #}.
 */
public enum CronDialect {
  /** Days of week are 1 to 7 from Sunday; two restricted day fields have no meaning. */
  QUARTZ("Quartz", "1 to 7 (1 is Sunday)"),

  /**
   * Days of week are 0 to 7, 0 and 7 being Sunday; of two restricted day fields either must match.
   */
  UNIX("Unix", "0 to 7 (0 and 7 are Sunday)"),

  /**
   * Days of week are 0 to 7, 0 and 7 being Sunday, and steps count from Monday; of two restricted
   * day fields both must match.
   */
  SPRING("Spring", "0 to 7 (0 and 7 are Sunday)");

  private static final int DAYS_PER_WEEK = 7;

  private final String label;
  private final String numbersOfDays;

  CronDialect(String label, String numbersOfDays) {
    this.label = label;
    this.numbersOfDays = numbersOfDays;
  }

  /** As its users call it. */
  String label() {
    return label;
  }

  /** Which numbers a day of week may have, for people. */
  String numbersOfDays() {
    return numbersOfDays;
  }

  /** Returns true if a day of week may be written as this number. */
  boolean acceptsDayOfWeek(int number) {
    return number <= DAYS_PER_WEEK && number >= (this == QUARTZ ? 1 : 0);
  }

  /** The day of week that a number stands for: 0 to 7, where 0 and 7 are both Sunday. */
  int dayOfWeek(int number) {
    return this == QUARTZ ? number - 1 : number;
  }

  /** The day of week that steps count from: 0 is Sunday, 1 is Monday. */
  int firstDayOfWeek() {
    return this == SPRING ? 1 : 0;
  }

  /** Returns true if a range may end before it starts, as 22-2 does. */
  boolean wrapsRanges() {
    return this == QUARTZ;
  }

  /** Returns true if a step may stand behind a name; Quartz drops it without a word. */
  boolean stepsFromNames() {
    return this != QUARTZ;
  }
}
