package dev.orrery.scheduler.base.json;

import dev.orrery.protocol.text.DurationText;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads the durations of request bodies. */
final class DurationReader {
  /** The units of ISO 8601 above a day: years, months and weeks are not supported. */
  private static final Pattern CALENDAR =
      Pattern.compile("\\s*P[0-9YMWD]*[YMW][0-9YMWD]*(T.*)?\\s*", Pattern.CASE_INSENSITIVE);

  /** The maximum number of characters, far more than a duration of this API needs. */
  static final int MAX_LENGTH = 50;

  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  private DurationReader() {}

  /** Reads a duration like {@link DurationText}, and refuses negative ones. */
  static Duration read(String text, Function<String, ProblemException> invalid) {
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
      throw invalid.apply(
          "must be " + DurationText.EXPECTED + "; got '" + text + "'" + inSeconds(text.strip()));
    }
  }

  /** Returns the end of a message about a number without a unit; empty for other texts. */
  static String inSeconds(String text) {
    return NUMBER.matcher(text).matches() ? "; write " + text + "s for seconds" : "";
  }
}
