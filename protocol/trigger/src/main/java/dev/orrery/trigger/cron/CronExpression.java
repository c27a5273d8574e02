package dev.orrery.trigger.cron;

import dev.orrery.trigger.ElapsedTimeSearch;
import dev.orrery.trigger.FireSearch;
import dev.orrery.trigger.FixedHourSearch;
import dev.orrery.trigger.InvalidTriggerException;
import dev.orrery.trigger.SupportedYears;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A parsed cron expression, which matches wall times by second, minute, hour, day of month, month,
 * day of week and year. With five fields the second is 0; without a seventh field every year
 * matches. Two expressions are equal if they have the same text and dialect.
 */
public final class CronExpression {

  /** The start of a leap year, so that gaps around 29 February are compared, too. */
  private static final Instant GAPS_FROM = Instant.parse("2000-01-01T00:00:00Z");

  private static final int FIRES_COMPARED = 100;

  private final String text;
  private final CronDialect dialect;
  private final WallTimeMatcher wallTimes;
  private final FireSearch search;

  private CronExpression(
      String text, CronDialect dialect, WallTimeMatcher wallTimes, FireSearch search) {
    this.text = text;
    this.dialect = dialect;
    this.wallTimes = wallTimes;
    this.search = search;
  }

  /** Parses an expression without a dialect; see {@link #requireOneMeaning}. */
  public static CronExpression parse(String text) {
    return parse(text, null);
  }

  /**
   * Parses an expression. Names are case-insensitive, and {@code ?} means {@code *}.
   *
   * @param dialect null for none: days of the week are then 0 to 7 from Sunday, and both day fields
   *     must match
   * @throws InvalidTriggerException naming the cron field, the invalid text and the allowed values
   */
  public static CronExpression parse(String text, CronDialect dialect) {
    CronText fields = CronText.of(text);
    WallTimeMatcher wallTimes = new CronParser(fields, dialect).parse();
    FireSearch search =
        wallTimes.times().isEveryHour() || fields.get(CronField.HOUR).contains("/")
            ? new ElapsedTimeSearch(wallTimes)
            : new FixedHourSearch(wallTimes);
    return new CronExpression(text, dialect, wallTimes, search);
  }

  /**
   * Refuses an expression without a dialect that has different meanings in two dialects. Must be
   * called before an expression is stored.
   *
   * @throws InvalidTriggerException naming the dialects, the meanings and the fix
   */
  public void requireOneMeaning() {
    if (dialect == null) {
      DialectCheck.requireOneMeaning(CronText.of(text));
    }
  }

  /**
   * Returns the first fire time strictly after an instant, by the daylight-saving rule of this
   * package.
   *
   * @return a whole second; empty if there is none within 100 years or before the year 10000
   */
  public Optional<Instant> next(Instant after, ZoneId zone) {
    Instant start = SupportedYears.clamp(after);
    Instant last = SupportedYears.endOfSearch(start);
    return search.next(start, last, zone.getRules()).filter(fire -> !fire.isAfter(last));
  }

  /**
   * Counts the fire times from {@code from} to {@code until}, exclusive; zero if {@code until} is
   * not later. The cost does not depend on the count.
   */
  public long count(Instant from, Instant until, ZoneId zone) {
    Instant start = wholeSecondNotBefore(from);
    Instant end = wholeSecondNotBefore(until);
    return start.isBefore(end) ? search.count(start, end, zone.getRules()) : 0;
  }

  private static Instant wholeSecondNotBefore(Instant instant) {
    Instant second = instant.truncatedTo(ChronoUnit.SECONDS);
    return second.equals(instant) ? second : second.plusSeconds(1);
  }

  /**
   * Returns the shortest time between neighbours among the first 100 fire times after
   * 2000-01-01T00:00:00Z, or after the start of the first year that the expression names if that is
   * later. Uses UTC, so that a stored trigger stays valid if the rules of a zone change.
   *
   * @return 100 years if there are no neighbours
   */
  public Duration shortestGap() {
    List<Instant> fires =
        Stream.iterate(nextInUtc(gapsFrom()), Optional::isPresent, fire -> nextInUtc(fire.get()))
            .limit(FIRES_COMPARED)
            .flatMap(Optional::stream)
            .toList();
    return IntStream.range(1, fires.size())
        .mapToObj(i -> Duration.between(fires.get(i - 1), fires.get(i)))
        .min(Comparator.naturalOrder())
        .orElse(SupportedYears.SEARCH_SPAN);
  }

  private Instant gapsFrom() {
    int year = GAPS_FROM.atZone(ZoneOffset.UTC).getYear();
    OptionalInt first = years().nextOrSame(year);
    return first.isPresent() && first.getAsInt() > year
        ? LocalDate.of(first.getAsInt(), 1, 1)
            .atStartOfDay(ZoneOffset.UTC)
            .toInstant()
            .minusNanos(1)
        : GAPS_FROM;
  }

  private Optional<Instant> nextInUtc(Instant after) {
    return next(after, ZoneOffset.UTC);
  }

  /** Returns the years that the expression names, or every year. */
  public YearSet years() {
    return wallTimes.dates().years();
  }

  /** Returns the matching wall times, including those that the clock of a zone skips. */
  public WallTimeMatcher wallTimes() {
    return wallTimes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CronExpression expression
        && text.equals(expression.text)
        && dialect == expression.dialect;
  }

  @Override
  public int hashCode() {
    return Objects.hash(text, dialect);
  }

  @Override
  public String toString() {
    return text;
  }
}
