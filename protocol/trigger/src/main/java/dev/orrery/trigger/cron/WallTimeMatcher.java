package dev.orrery.trigger.cron;

import dev.orrery.trigger.SupportedYears;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Optional;

/** Matches wall times by a cron expression, including those that the clock of a zone skips. */
public record WallTimeMatcher(DateMatcher dates, TimeMatcher times) {

  /**
   * Returns the first match at or after a wall time; empty if there is none this year or in the
   * next 100.
   *
   * @param from whole seconds
   */
  public Optional<LocalDateTime> nextOrSame(LocalDateTime from) {
    LocalDate today = from.toLocalDate();
    int last = today.getYear() + SupportedYears.SEARCH_YEARS;
    Optional<LocalDate> date = dates.nextOrSame(today, last);
    if (date.isPresent() && date.get().equals(today)) {
      Optional<LocalTime> time = times.nextOrSame(from.toLocalTime());
      if (time.isPresent()) {
        return Optional.of(today.atTime(time.get()));
      }
      date = dates.nextOrSame(today.plusDays(1), last);
    }
    return date.map(day -> day.atTime(times.first()));
  }

  /**
   * Counts the matches from a wall time to another, exclusive.
   *
   * @param from whole seconds
   * @param until whole seconds, not before {@code from}
   */
  public long count(LocalDateTime from, LocalDateTime until) {
    return dates.count(from.toLocalDate(), until.toLocalDate()) * times.count()
        + countOnDateBefore(until)
        - countOnDateBefore(from);
  }

  private long countOnDateBefore(LocalDateTime wall) {
    LocalDate date = wall.toLocalDate();
    return dates.count(date, date.plusDays(1)) * times.countBefore(wall.toLocalTime());
  }
}
