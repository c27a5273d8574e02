package dev.orrery.trigger.cron;

import java.time.LocalTime;
import java.util.Optional;
import java.util.OptionalInt;

/** Matches times of day, in whole seconds, by the three time fields of a cron expression. */
record TimeMatcher(FieldValues hours, FieldValues minutes, FieldValues seconds) {
  private static final int HOURS_OF_DAY = 24;

  /** Returns true of a wildcard, and of what means the same, such as {@code 0-23}. */
  boolean isEveryHour() {
    return hours.count() == HOURS_OF_DAY;
  }

  LocalTime first() {
    return firstIn(hours.first());
  }

  int count() {
    return hours.count() * minutes.count() * seconds.count();
  }

  int countBefore(LocalTime time) {
    int count = hours.countBelow(time.getHour()) * minutes.count() * seconds.count();
    if (!hours.contains(time.getHour())) {
      return count;
    }
    count += minutes.countBelow(time.getMinute()) * seconds.count();
    return minutes.contains(time.getMinute())
        ? count + seconds.countBelow(time.getSecond())
        : count;
  }

  /**
   * Returns the first match of the day at or after this time.
   *
   * @param from whole seconds
   */
  Optional<LocalTime> nextOrSame(LocalTime from) {
    if (hours.contains(from.getHour())) {
      Optional<LocalTime> thisHour = nextOrSameInHour(from);
      if (thisHour.isPresent()) {
        return thisHour;
      }
    }
    OptionalInt hour = hours.nextOrSame(from.getHour() + 1);
    return hour.isPresent() ? Optional.of(firstIn(hour.getAsInt())) : Optional.empty();
  }

  private Optional<LocalTime> nextOrSameInHour(LocalTime from) {
    int hour = from.getHour();
    if (minutes.contains(from.getMinute())) {
      OptionalInt second = seconds.nextOrSame(from.getSecond());
      if (second.isPresent()) {
        return Optional.of(LocalTime.of(hour, from.getMinute(), second.getAsInt()));
      }
    }
    OptionalInt minute = minutes.nextOrSame(from.getMinute() + 1);
    return minute.isPresent()
        ? Optional.of(LocalTime.of(hour, minute.getAsInt(), seconds.first()))
        : Optional.empty();
  }

  private LocalTime firstIn(int hour) {
    return LocalTime.of(hour, minutes.first(), seconds.first());
  }
}
