package dev.orrery.trigger.cron;

import java.time.Year;
import java.util.List;
import java.util.OptionalInt;

/**
 * The years that a cron expression matches, stored as ranges, because one range may cover thousands
 * of years.
 */
public record YearSet(List<NumberRange> spans) {

  /** Every supported year. */
  static final YearSet EVERY =
      new YearSet(List.of(new NumberRange(Year.MIN_VALUE, Year.MAX_VALUE, 1)));

  public YearSet {
    spans = List.copyOf(spans);
  }

  public OptionalInt nextOrSame(int year) {
    int next = Integer.MAX_VALUE;
    for (NumberRange span : spans) {
      next = Math.min(next, span.nextOrSame(year).orElse(Integer.MAX_VALUE));
    }
    return next == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(next);
  }
}
