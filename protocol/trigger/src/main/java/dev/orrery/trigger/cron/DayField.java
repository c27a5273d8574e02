package dev.orrery.trigger.cron;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The parsed day of month or day of week of a cron expression: the union of its patterns.
 *
 * @param restricted false for {@code *} and {@code ?}
 */
record DayField(boolean restricted, List<DayPattern> patterns) {

  DayField {
    patterns = List.copyOf(patterns);
  }

  FieldValues in(MonthDays month) {
    if (!restricted) {
      return month.days();
    }
    FieldValues days = FieldValues.NONE;
    for (DayPattern pattern : patterns) {
      days = days.plus(pattern.in(month));
    }
    return days;
  }

  /** Returns the patterns as a list in cron syntax, with names for days of the week. */
  String text() {
    return patterns.stream().map(DayPattern::text).collect(Collectors.joining(","));
  }
}
