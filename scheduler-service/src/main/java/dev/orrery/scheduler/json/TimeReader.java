package dev.orrery.scheduler.json;

import dev.orrery.protocol.text.DurationText;
import dev.orrery.scheduler.problem.ProblemException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads the durations and instants of request bodies. */
final class TimeReader {
  /** Years, months and weeks: ISO 8601 has them, but a day is the largest unit here. */
  private static final Pattern CALENDAR =
      Pattern.compile("\\s*P[0-9YMWD]*[YMW][0-9YMWD]*(T.*)?\\s*", Pattern.CASE_INSENSITIVE);

  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private TimeReader() {}

  /** Reads a duration as {@link DurationText} does; negative ones are refused. */
  static Duration duration(String text, Function<String, ProblemException> invalid) {
    if (CALENDAR.matcher(text).matches()) {
      throw invalid.apply(
          "must be in days at most, because weeks, months and years are not supported; got '"
              + text
              + "'");
    }
    try {
      Duration duration = DurationText.parse(text);
      if (duration.isNegative()) {
        throw invalid.apply("must not be negative");
      }
      return duration;
    } catch (DateTimeException e) {
      throw invalid.apply("must be " + DurationText.EXPECTED + "; got '" + text + "'");
    }
  }

  /** Reads an RFC 3339 instant with its offset, kept to the millisecond. */
  static Instant instant(String text, Function<String, ProblemException> invalid) {
    try {
      Instant instant = OffsetDateTime.parse(text.strip()).toInstant();
      if (instant.isBefore(EARLIEST) || instant.isAfter(LATEST)) {
        throw invalid.apply("must lie between the years 1970 and 9999");
      }
      return instant.truncatedTo(ChronoUnit.MILLIS);
    } catch (DateTimeException e) {
      throw invalid.apply("must be an instant such as 2027-01-01T00:00:00Z; got '" + text + "'");
    }
  }
}
