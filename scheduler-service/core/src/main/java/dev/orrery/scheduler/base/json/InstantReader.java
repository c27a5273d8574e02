package dev.orrery.scheduler.base.json;

import dev.orrery.scheduler.base.problem.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;

/** Reads the instants of request bodies and query parameters. */
public final class InstantReader {
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private InstantReader() {}

  /**
   * Reads an RFC 3339 instant of the years 1970 to 9999 with an offset, truncated to the
   * millisecond.
   *
   * @param invalid makes the exception from a text that begins with "must"
   */
  public static Instant read(String text, Function<String, ProblemException> invalid) {
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant();
      if (instant.isBefore(EARLIEST) || instant.isAfter(LATEST)) {
        throw invalid.apply("must lie between the years 1970 and 9999");
      }
      return instant.truncatedTo(ChronoUnit.MILLIS);
    } catch (DateTimeException e) {
      throw invalid.apply("must be an instant such as 2027-01-01T00:00:00Z; got '" + text + "'");
    }
  }
}
