package dev.orrery.scheduler.trigger.cron;

import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The dates that all date fields of a cron expression match.
 *
 * @param eitherDay whether a date needs to match only one of the two day fields
 */
record DateMatcher(
    DayField daysOfMonth,
    FieldValues months,
    DayField daysOfWeek,
    boolean eitherDay,
    YearSet years) {

  /** The first one that is not before a date; empty if none comes in the years up to the last. */
  Optional<LocalDate> nextOrSame(LocalDate from, int lastYear) {
    OptionalInt year = years.nextOrSame(from.getYear());
    while (year.isPresent() && year.getAsInt() <= lastYear) {
      boolean thisYear = year.getAsInt() == from.getYear();
      Optional<LocalDate> date =
          nextOrSameInYear(thisYear ? from : LocalDate.ofYearDay(year.getAsInt(), 1));
      if (date.isPresent()) {
        return date;
      }
      year = years.nextOrSame(year.getAsInt() + 1);
    }
    return Optional.empty();
  }

  private Optional<LocalDate> nextOrSameInYear(LocalDate from) {
    OptionalInt month = months.nextOrSame(from.getMonthValue());
    while (month.isPresent()) {
      LocalDate first = LocalDate.of(from.getYear(), month.getAsInt(), 1);
      boolean thisMonth = month.getAsInt() == from.getMonthValue();
      OptionalInt day = days(first).nextOrSame(thisMonth ? from.getDayOfMonth() : 1);
      if (day.isPresent()) {
        return Optional.of(first.withDayOfMonth(day.getAsInt()));
      }
      month = months.nextOrSame(month.getAsInt() + 1);
    }
    return Optional.empty();
  }

  /** The number of them from a date until before another one; takes a step for each month. */
  long count(LocalDate from, LocalDate until) {
    long count = 0;
    LocalDate month = from.withDayOfMonth(1);
    while (month.isBefore(until)) {
      LocalDate next = month.plusMonths(1);
      if (months.contains(month.getMonthValue()) && matchesYear(month.getYear())) {
        FieldValues days = days(month);
        int end = until.isBefore(next) ? until.getDayOfMonth() : month.lengthOfMonth() + 1;
        int start = month.isBefore(from) ? from.getDayOfMonth() : 1;
        count += days.countBelow(end) - days.countBelow(start);
      }
      month = next;
    }
    return count;
  }

  private boolean matchesYear(int year) {
    OptionalInt next = years.nextOrSame(year);
    return next.isPresent() && next.getAsInt() == year;
  }

  private FieldValues days(LocalDate firstOfMonth) {
    MonthShape month = MonthShape.startingAt(firstOfMonth);
    FieldValues byNumber = daysOfMonth.in(month);
    FieldValues byWeek = daysOfWeek.in(month);
    return eitherDay ? byNumber.plus(byWeek) : byNumber.and(byWeek);
  }
}
