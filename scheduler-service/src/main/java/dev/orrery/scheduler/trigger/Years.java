package dev.orrery.scheduler.trigger;

import java.time.Year;
import java.util.List;
import java.util.OptionalInt;

/** The years that match: those of any span. Kept as spans, since one may be 8,000 years long. */
record Years(List<Span> spans) {

  /** Every year that dates can have. */
  static final Years EVERY = new Years(List.of(new Span(Year.MIN_VALUE, Year.MAX_VALUE, 1)));

  Years {
    spans = List.copyOf(spans);
  }

  /** The smallest one that is not less than this year. */
  OptionalInt nextOrSame(int year) {
    int next = Integer.MAX_VALUE;
    for (Span span : spans) {
      next = Math.min(next, span.nextOrSame(year).orElse(Integer.MAX_VALUE));
    }
    return next == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(next);
  }
}
