package dev.orrery.trigger;

import java.time.Duration;
import java.time.Instant;

/** Limits fire times to the years 0 to 9999, as in RFC 3339. */
public final class SupportedYears {
  static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  /**
   * The reach of a cron search. The rarest dates, such as 29 February on a Monday, recur at least
   * every 40 years, so a date that is not found never comes, unless a year field names a later
   * year.
   */
  public static final int SEARCH_YEARS = 100;

  public static final Duration SEARCH_SPAN = Duration.ofDays(SEARCH_YEARS * 365L + 25);

  private SupportedYears() {}

  /** Moves an instant into the range in which arithmetic on fire times cannot overflow. */
  public static Instant clamp(Instant instant) {
    if (instant.isBefore(FIRST)) {
      return FIRST.minusNanos(1);
    }
    return instant.isAfter(LAST) ? LAST : instant;
  }

  /** Returns the last instant that a search from a clamped instant may return. */
  public static Instant endOfSearch(Instant start) {
    Instant end = start.plus(SEARCH_SPAN);
    return end.isAfter(LAST) ? LAST : end;
  }

  /**
   * @throws InvalidTriggerException if the instant is outside the years 0 to 9999
   */
  static void require(String field, Instant given) {
    if (given.isBefore(FIRST) || given.isAfter(LAST)) {
      throw new InvalidTriggerException(
          field, "'" + field + "' must lie in the years 0 to 9999; got " + given + ".");
    }
  }
}
