package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.QueryParameter;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * A request for end counts.
 *
 * @param from the start of the first bucket
 * @param until the end of the last bucket
 * @param bucket the length of each bucket
 */
record EndCountQuery(Instant from, Instant until, EndCountSpan bucket) {
  static final Duration DEFAULT_SPAN = Duration.ofHours(1);

  /**
   * Reads the parameters of a call; each can be null.
   *
   * @throws ProblemException {@code INVALID} if counts of that age are not kept at that length
   */
  static EndCountQuery read(Instant now, String from, String until, String bucket) {
    Instant end = QueryParameter.instant("until", until);
    Instant last = end == null ? now : end;
    Instant start = QueryParameter.instant("from", from);
    Instant first = start == null ? last.minus(DEFAULT_SPAN) : start;
    if (!first.isBefore(last)) {
      throw ProblemException.invalid("from", "'from' must be before 'until'.");
    }
    EndCountSpan length = bucket == null ? shortest(now, first, last) : bucket(bucket);
    requireKept(length, now, first, last);
    return new EndCountQuery(length.startOf(first), length.endOf(last), length);
  }

  /** Returns the number of buckets of the answer. */
  int buckets() {
    return (int) Duration.between(from, until).dividedBy(bucket.length());
  }

  private static EndCountSpan shortest(Instant now, Instant from, Instant until) {
    return Arrays.stream(EndCountSpan.values())
        .filter(span -> isKept(span, now, from) && isShort(span, from, until))
        .findFirst()
        .orElse(EndCountSpan.HOUR);
  }

  private static EndCountSpan bucket(String text) {
    return QueryParameter.oneOf(
        "bucket", text, EndCountSpan.values(), span -> span.length().toString());
  }

  private static void requireKept(EndCountSpan bucket, Instant now, Instant from, Instant until) {
    if (!isKept(bucket, now, from)) {
      throw ProblemException.invalid(
          "from",
          "'from' must be at most "
              + bucket.kept()
              + " ago for buckets of "
              + bucket.length()
              + bucket.longer().map(longer -> "; longer buckets are kept longer.").orElse("."));
    }
    if (!isShort(bucket, from, until)) {
      throw ProblemException.invalid(
          "until",
          "'until' must be at most "
              + bucket.kept()
              + " after 'from' for buckets of "
              + bucket.length()
              + ".");
    }
  }

  private static boolean isKept(EndCountSpan bucket, Instant now, Instant from) {
    return !from.isBefore(now.minus(bucket.kept()));
  }

  private static boolean isShort(EndCountSpan bucket, Instant from, Instant until) {
    return !until.isAfter(from.plus(bucket.kept()));
  }
}
