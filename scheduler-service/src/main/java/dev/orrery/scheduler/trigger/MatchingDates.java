package dev.orrery.scheduler.trigger;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Optional;
import java.util.OptionalInt;

/** The dates that all three date fields of a cron expression match. */
record MatchingDates(FieldValues daysOfMonth, FieldValues months, FieldValues daysOfWeek) {
  private static final int DAYS_PER_WEEK = 7;

  /** The first one that is not before a date; empty if none comes in the months up to the last. */
  Optional<LocalDate> nextOrSame(LocalDate from, YearMonth last) {
    int firstDay = from.getDayOfMonth();
    for (YearMonth month = YearMonth.from(from);
        !month.isAfter(last);
        month = month.plusMonths(1)) {
      if (months.contains(month.getMonthValue())) {
        Optional<LocalDate> date = nextOrSame(firstDay, month);
        if (date.isPresent()) {
          return date;
        }
      }
      firstDay = 1;
    }
    return Optional.empty();
  }

  private Optional<LocalDate> nextOrSame(int firstDay, YearMonth month) {
    OptionalInt day = daysOfMonth.nextOrSame(firstDay);
    while (day.isPresent() && month.isValidDay(day.getAsInt())) {
      LocalDate date = month.atDay(day.getAsInt());
      if (daysOfWeek.contains(date.getDayOfWeek().getValue() % DAYS_PER_WEEK)) {
        return Optional.of(date);
      }
      day = daysOfMonth.nextOrSame(day.getAsInt() + 1);
    }
    return Optional.empty();
  }
}
