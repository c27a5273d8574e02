package dev.orrery.scheduler.trigger;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which wall times match: second, minute, hour, day of month, month, day of week; with five fields
 * the second is 0. A time matches if every field does, also where both day fields are restricted.
 * Two expressions are equal if they are written alike.
 */
public final class CronExpression {

  /** The start of a leap year, so that the neighbours of 29 February are compared as well. */
  private static final Instant GAPS_FROM = Instant.parse("2000-01-01T00:00:00Z");

  private static final int FIRES_COMPARED = 100;

  private final String text;
  private final FireSearch search;

  private CronExpression(String text, FireSearch search) {
    this.text = text;
    this.search = search;
  }

  /**
   * Reads an expression; names may be in any case, and {@code ?} means {@code *}.
   *
   * @throws InvalidTriggerException naming the cron field, the text at fault and what is allowed
   */
  public static CronExpression parse(String text) {
    return new CronExpression(text, CronParser.parse(text));
  }

  /**
   * The first fire time strictly after an instant, by the daylight-saving rule of this package.
   *
   * @return a whole second; empty if there is none within 100 years or before the year 10000
   */
  public Optional<Instant> next(Instant after, ZoneId zone) {
    Instant start = Horizon.clamp(after);
    Instant last = Horizon.endOfSearch(start);
    return search.next(start, last, zone.getRules()).filter(fire -> !fire.isAfter(last));
  }

  /**
   * The shortest time between two neighbours among the first 100 fire times after
   * 2000-01-01T00:00:00Z, in UTC: so a stored trigger stays valid when the rules of a zone change.
   *
   * @return 100 years if there are no neighbours
   */
  public Duration shortestGap() {
    List<Instant> fires =
        Stream.iterate(nextInUtc(GAPS_FROM), Optional::isPresent, fire -> nextInUtc(fire.get()))
            .limit(FIRES_COMPARED)
            .flatMap(Optional::stream)
            .toList();
    return IntStream.range(1, fires.size())
        .mapToObj(i -> Duration.between(fires.get(i - 1), fires.get(i)))
        .min(Comparator.naturalOrder())
        .orElse(Horizon.SEARCH);
  }

  private Optional<Instant> nextInUtc(Instant after) {
    return next(after, ZoneOffset.UTC);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CronExpression expression && text.equals(expression.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The expression as it was given. */
  @Override
  public String toString() {
    return text;
  }
}
