package dev.orrery.trigger.cron;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One element of a day field of a cron expression, which matches days of a month. Days of the week
 * are 0 (Sunday) to 6.
 */
sealed interface DayPattern {

  FieldValues in(MonthDays month);

  /** Returns the pattern in cron syntax, with names for days of the week. */
  String text();

  /** Days by number. */
  record DaysOfMonth(FieldValues days) implements DayPattern {

    @Override
    public FieldValues in(MonthDays month) {
      return days.and(month.days());
    }

    @Override
    public String text() {
      return days.stream().mapToObj(Integer::toString).collect(Collectors.joining(","));
    }
  }

  /**
   * {@code L} and {@code L-3}.
   *
   * @param offset the number of days before the last one
   */
  record LastDay(int offset) implements DayPattern {

    @Override
    public FieldValues in(MonthDays month) {
      return month.day(month.length() - offset);
    }

    @Override
    public String text() {
      return offset == 0 ? "L" : "L-" + offset;
    }
  }

  /** {@code 15W}. */
  record NearestWeekday(int day) implements DayPattern {

    @Override
    public FieldValues in(MonthDays month) {
      return month.weekdayNearest(day);
    }

    @Override
    public String text() {
      return day + "W";
    }
  }

  /**
   * {@code LW} and {@code L-3W}.
   *
   * @param offset the number of days before the last one
   */
  record WeekdayNearestLastDay(int offset) implements DayPattern {

    @Override
    public FieldValues in(MonthDays month) {
      return month.weekdayNearest(month.length() - offset);
    }

    @Override
    public String text() {
      return offset == 0 ? "LW" : "L-" + offset + "W";
    }
  }

  /** {@code MON-FRI}. */
  record DaysOfWeek(FieldValues days) implements DayPattern {

    @Override
    public FieldValues in(MonthDays month) {
      FieldValues matching = FieldValues.NONE;
      for (int day = CronField.DAY_OF_WEEK.min(); day <= CronField.DAY_OF_WEEK.max(); day++) {
        if (days.contains(day)) {
          matching = matching.plus(month.all(day));
        }
      }
      return matching;
    }

    /** Starts with Monday, so that the days of a weekend are neighbours. */
    @Override
    public String text() {
      return IntStream.rangeClosed(1, CronField.DAY_OF_WEEK.cycle())
          .map(CronField.DAY_OF_WEEK::wrapped)
          .filter(days::contains)
          .mapToObj(CronField.DAY_OF_WEEK::nameOf)
          .collect(Collectors.joining(","));
    }
  }

  /** {@code FRIL}. */
  record LastDayOfWeek(int dayOfWeek) implements DayPattern {

    @Override
    public FieldValues in(MonthDays month) {
      return month.last(dayOfWeek);
    }

    @Override
    public String text() {
      return CronField.DAY_OF_WEEK.nameOf(dayOfWeek) + "L";
    }
  }

  /**
   * {@code FRI#2}.
   *
   * @param n 1 to 5
   */
  record NthDayOfWeek(int dayOfWeek, int n) implements DayPattern {

    @Override
    public FieldValues in(MonthDays month) {
      return month.nth(dayOfWeek, n);
    }

    @Override
    public String text() {
      return CronField.DAY_OF_WEEK.nameOf(dayOfWeek) + "#" + n;
    }
  }
}
