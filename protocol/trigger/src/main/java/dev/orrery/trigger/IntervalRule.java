package dev.orrery.trigger;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * Checks that periods and delays are in the allowed range: whole milliseconds, from one second to
 * ten years.
 */
public final class IntervalRule {
  public static final Duration MIN_INTERVAL = Duration.ofSeconds(1);
  public static final Duration MAX_INTERVAL = Duration.ofDays(3650);

  private IntervalRule() {}

  /**
   * @throws InvalidTriggerException naming the field, if the interval is out of range
   */
  static void require(String field, Duration given) {
    if (given.compareTo(MIN_INTERVAL) < 0
        || given.compareTo(MAX_INTERVAL) > 0
        || !isWholeMillis(given)) {
      throw new InvalidTriggerException(
          field,
          "'" + field + "' must be from PT1S to P3650D, in whole milliseconds; got " + given + ".");
    }
  }

  static boolean isWholeMillis(Duration duration) {
    return duration.truncatedTo(ChronoUnit.MILLIS).equals(duration);
  }
}
