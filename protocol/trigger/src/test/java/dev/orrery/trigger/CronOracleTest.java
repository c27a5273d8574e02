package dev.orrery.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.trigger.cron.CronDialect;
import dev.orrery.trigger.cron.CronExpression;
import java.text.ParseException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TimeZone;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Checks that random expressions fire when Quartz and Spring fire them. It omits the differences
 * that docs/jobs.md documents: days with a clock change, and forms that {@link RandomCron} does not
 * write.
 */
class CronOracleTest {
  private static final int EXPRESSIONS = 1_500;
  private static final int FIRE_TIMES = 6;
  private static final Duration AROUND_A_SHIFT = Duration.ofDays(2);
  private static final Instant FIRST_START = Instant.parse("1990-01-01T00:00:00Z");
  private static final Instant LAST_START = Instant.parse("2060-01-01T00:00:00Z");

  /** Quartz knows the next hundred years only, however far ours look. */
  private static final Instant END = Instant.parse("2100-01-01T00:00:00Z");

  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Asia/Kathmandu",
          "America/Phoenix",
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe",
          "Pacific/Chatham");

  private static final Set<DayOfWeek> MIDWEEK = EnumSet.range(DayOfWeek.TUESDAY, DayOfWeek.FRIDAY);

  private final long seed = Long.getLong("orrery.test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** Spring gives up after 366 attempts, where ours goes on. */
  private static final int GIVEN_UP_AT_MOST = EXPRESSIONS / 8;

  /** The next fire time after an instant, as another scheduler has it; null if it has none. */
  private interface Oracle extends UnaryOperator<Instant> {}

  @Test
  void firesLikeQuartzForRandomExpressions(TestReporter reporter) {
    reporter.publishEntry("orrery.test.seed", Long.toString(seed));
    for (int i = 0; i < EXPRESSIONS; i++) {
      String text = new RandomCron(random).quartz();
      ZoneId zone = zone();

      compare(
          CronExpression.parse(text, CronDialect.QUARTZ),
          zone,
          start(text, zone),
          quartz(text, zone));
    }
  }

  @Test
  void firesLikeSpringForRandomExpressions(TestReporter reporter) {
    reporter.publishEntry("orrery.test.seed", Long.toString(seed));
    int givenUp = 0;
    for (int i = 0; i < EXPRESSIONS; i++) {
      String text = new RandomCron(random).spring();
      ZoneId zone = zone();

      Oracle spring = spring(text, zone);
      Instant after = start(text, zone);
      if (spring.apply(after) == null) {
        givenUp++;
      } else {
        compare(CronExpression.parse(text, CronDialect.SPRING), zone, after, spring);
      }
    }
    assertThat(givenUp).as("expressions without an answer").isLessThan(GIVEN_UP_AT_MOST);
  }

  private void compare(CronExpression expression, ZoneId zone, Instant start, Oracle oracle) {
    Instant after = start;
    Instant end = end(start, zone.getRules());
    for (int i = 0; i < FIRE_TIMES; i++) {
      Optional<Instant> ours = expression.next(after, zone).filter(end::isAfter);
      Optional<Instant> theirs = Optional.ofNullable(oracle.apply(after)).filter(end::isAfter);
      assertThat(ours)
          .as("'%s' in %s after %s, -Dorrery.test.seed=%d", expression, zone, after, seed)
          .isEqualTo(theirs);
      if (ours.isEmpty()) {
        return;
      }
      after = ours.get();
    }
  }

  private ZoneId zone() {
    return ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
  }

  /**
   * Asked from Saturday to Monday, Quartz may forget the Monday that is nearest to a day. So does
   * Spring on Sunday the second, for the Monday that is nearest to the first.
   */
  private Instant start(String text, ZoneId zone) {
    return text.contains("W") ? inMidweek(zone) : start(zone.getRules());
  }

  private Instant inMidweek(ZoneId zone) {
    ZoneRules rules = zone.getRules();
    return Stream.generate(() -> start(rules))
        .filter(start -> MIDWEEK.contains(start.atZone(zone).getDayOfWeek()))
        .findFirst()
        .orElseThrow();
  }

  /** Any instant, but not on a day on which clocks are changed. */
  private Instant start(ZoneRules rules) {
    long span = LAST_START.getEpochSecond() - FIRST_START.getEpochSecond();
    Instant start = FIRST_START.plusSeconds((long) (random.nextDouble() * span));
    ZoneOffsetTransition before = rules.previousTransition(start);
    boolean clear = before == null || before.getInstant().plus(AROUND_A_SHIFT).isBefore(start);
    return clear ? start : start.plus(AROUND_A_SHIFT);
  }

  /** The day before clocks are changed. */
  private static Instant end(Instant start, ZoneRules rules) {
    ZoneOffsetTransition next = rules.nextTransition(start);
    Instant end = next == null ? END : next.getInstant().minus(AROUND_A_SHIFT);
    return end.isAfter(END) ? END : end;
  }

  private static Oracle quartz(String text, ZoneId zone) {
    try {
      org.quartz.CronExpression quartz = new org.quartz.CronExpression(text);
      quartz.setTimeZone(TimeZone.getTimeZone(zone));
      Function<Date, Instant> instant = date -> date == null ? null : date.toInstant();
      return after -> instant.apply(quartz.getNextValidTimeAfter(Date.from(after)));
    } catch (ParseException e) {
      throw new AssertionError("Quartz refuses '" + text + "'", e);
    }
  }

  private static Oracle spring(String text, ZoneId zone) {
    org.springframework.scheduling.support.CronExpression spring =
        org.springframework.scheduling.support.CronExpression.parse(text);
    return after -> {
      ZonedDateTime next = spring.next(after.atZone(zone));
      return next == null ? null : next.toInstant();
    };
  }
}
