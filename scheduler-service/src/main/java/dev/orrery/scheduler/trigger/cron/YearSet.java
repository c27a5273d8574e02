package dev.orrery.scheduler.trigger.cron;

import java.time.Year;
import java.util.List;
import java.util.OptionalInt;

/** The years that match: those of any span. Kept as spans, since one may be 8,000 years long. */
public record YearSet(List<NumberRange> spans) {

  /** Every year that dates can have. */
  static final YearSet EVERY =
      new YearSet(List.of(new NumberRange(Year.MIN_VALUE, Year.MAX_VALUE, 1)));

  public YearSet {
    spans = List.copyOf(spans);
  }

  /** The smallest one that is not less than this year. */
  public OptionalInt nextOrSame(int year) {
    int next = Integer.MAX_VALUE;
    for (NumberRange span : spans) {
      next = Math.min(next, span.nextOrSame(year).orElse(Integer.MAX_VALUE));
    }
    return next == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(next);
  }
}
