package dev.orrery.trigger.cron;

import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Matches dates by the date fields of a cron expression.
 *
 * @param eitherDay true if one matching day field is enough
 */
record DateMatcher(
    DayField daysOfMonth,
    FieldValues months,
    DayField daysOfWeek,
    boolean eitherDay,
    YearSet years) {

  /** Returns the first match on or after a date; empty if there is none up to the last year. */
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

  /** Counts the matches from a date to another, exclusive, in one step for each month. */
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
    MonthDays month = MonthDays.startingAt(firstOfMonth);
    FieldValues byNumber = daysOfMonth.in(month);
    FieldValues byWeek = daysOfWeek.in(month);
    return eitherDay ? byNumber.plus(byWeek) : byNumber.and(byWeek);
  }
}
