package dev.orrery.trigger.cron;

import java.time.LocalDate;

/**
 * The layout of a month: its length and its first day of the week.
 *
 * @param length in days
 * @param firstDayOfWeek the day of the week of the first day; 0 is Sunday
 */
record MonthDays(int length, int firstDayOfWeek) {
  private static final int DAYS_PER_WEEK = 7;
  private static final int SATURDAY = 6;
  private static final int SUNDAY = 0;

  /** Bits 0, 7, 14, 21 and 28. */
  private static final long EVERY_SEVENTH = 0x10204081L;

  static MonthDays startingAt(LocalDate first) {
    return new MonthDays(first.lengthOfMonth(), first.getDayOfWeek().getValue() % DAYS_PER_WEEK);
  }

  FieldValues days() {
    return new FieldValues((1L << (length + 1)) - 2);
  }

  /** Returns all days of the month with this day of the week. */
  FieldValues all(int dayOfWeek) {
    return new FieldValues(EVERY_SEVENTH << firstOf(dayOfWeek)).and(days());
  }

  /** Returns the n-th such day of the week; empty if the month has fewer. */
  FieldValues nth(int dayOfWeek, int n) {
    return day(firstOf(dayOfWeek) + (n - 1) * DAYS_PER_WEEK);
  }

  FieldValues last(int dayOfWeek) {
    int day = firstOf(dayOfWeek);
    return day((length - day) / DAYS_PER_WEEK * DAYS_PER_WEEK + day);
  }

  FieldValues day(int day) {
    return day >= 1 && day <= length ? FieldValues.of(day) : FieldValues.NONE;
  }

  /** Returns the day from Monday to Friday that is nearest to this day within the month. */
  FieldValues weekdayNearest(int day) {
    if (day < 1 || day > length) {
      return FieldValues.NONE;
    }
    return switch ((firstDayOfWeek + day - 1) % DAYS_PER_WEEK) {
      case SATURDAY -> FieldValues.of(day == 1 ? day + 2 : day - 1);
      case SUNDAY -> FieldValues.of(day == length ? day - 2 : day + 1);
      default -> FieldValues.of(day);
    };
  }

  private int firstOf(int dayOfWeek) {
    return 1 + Math.floorMod(dayOfWeek - firstDayOfWeek, DAYS_PER_WEEK);
  }
}
