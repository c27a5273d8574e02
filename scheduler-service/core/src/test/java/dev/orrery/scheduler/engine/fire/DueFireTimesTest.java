package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.trigger.FireWindow;
import dev.orrery.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DueFireTimesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static DueFireTimes upTo(Instant first, Function<Instant, Optional<Instant>> following) {
    return DueFireTimes.upTo(NOW, MisfireRule.missedBefore(NOW), first, following);
  }

  @Test
  void countsJustDueFireAsOnTime() {
    DueFireTimes times = upTo(NOW, every(MINUTE));

    assertThat(times).isEqualTo(new DueFireTimes(0, List.of(), List.of(NOW), NOW.plus(MINUTE)));
  }

  @Test
  void countsFireAsMissedAfterTenSeconds() {
    Instant tenSecondsAgo = NOW.minusSeconds(10);

    assertThat(upTo(tenSecondsAgo, every(MINUTE)).due()).containsExactly(tenSecondsAgo);
    DueFireTimes later = upTo(tenSecondsAgo.minusMillis(1), every(MINUTE));
    assertThat(later.missed()).isEqualTo(1);
    assertThat(later.latestMissed()).containsExactly(tenSecondsAgo.minusMillis(1));
    assertThat(later.due()).isEmpty();
  }

  @Test
  void separatesMissedFromDueFires() {
    Instant first = NOW.minusSeconds(30);

    DueFireTimes times = upTo(first, every(Duration.ofSeconds(8)));

    assertThat(times)
        .isEqualTo(
            new DueFireTimes(
                3,
                List.of(first, first.plusSeconds(8), first.plusSeconds(16)),
                List.of(first.plusSeconds(24)),
                first.plusSeconds(32)));
  }

  @Test
  void returnsSeveralDueFires() {
    DueFireTimes times = upTo(NOW.minusSeconds(2), every(Duration.ofSeconds(1)));

    assertThat(times.due()).containsExactly(NOW.minusSeconds(2), NOW.minusSeconds(1), NOW);
    assertThat(times.next()).isEqualTo(NOW.plusSeconds(1));
  }

  @Test
  void returnsNoNextFireForEndedTrigger() {
    DueFireTimes times = upTo(NOW.minusSeconds(3), at -> Optional.empty());

    assertThat(times.due()).containsExactly(NOW.minusSeconds(3));
    assertThat(times.next()).isNull();
  }

  @Test
  void countsMissedFiresUpToLimitAndKeepsLatest() {
    Instant first = NOW.minus(Duration.ofDays(10));
    AtomicInteger steps = new AtomicInteger();

    DueFireTimes times = upTo(first, counting(steps, every(Duration.ofSeconds(1))));

    assertThat(times.missed()).isEqualTo(DueFireTimes.MAX_COUNTED);
    assertThat(times.latestMissed()).endsWith(NOW.minusSeconds(11));
    assertThat(times.due()).hasSize(11).startsWith(NOW.minusSeconds(10)).endsWith(NOW);
    assertThat(times.next()).isEqualTo(NOW.plusSeconds(1));
    assertThat(steps).hasValueLessThan(DueFireTimes.MAX_COUNTED + 5_000);
  }

  @Test
  void countsMissedFiresExactlyBelowLimit() {
    Instant first = NOW.minusSeconds(10L + 99_999);

    DueFireTimes times = upTo(first, every(Duration.ofSeconds(1)));

    assertThat(times.missed()).isEqualTo(99_999);
    assertThat(times.latestMissed()).endsWith(NOW.minusSeconds(11));
  }

  @Test
  void countsMissedFiresExactlyAtLimit() {
    Instant first = NOW.minusSeconds(10L + 100_000);

    DueFireTimes times = upTo(first, every(Duration.ofSeconds(1)));

    assertThat(times.missed()).isEqualTo(100_000);
    assertThat(times.latestMissed()).endsWith(NOW.minusSeconds(11));
    assertThat(times.due()).hasSize(11);
  }

  /** Anchor, first fire time and end, in seconds before now, and the period in milliseconds. */
  @ParameterizedTest
  @CsvSource({
    "5000, 4000, -1, 1000",
    "5000, 4000, -1, 3000",
    "5000, 4000, -1, 60000",
    "5000, 4000.5, -1, 1000",
    "5000, 4000, 300, 1000",
    "5000, 4000, 10, 1000",
    "5000, 4000, 4000, 1000",
    "5000, 113, -1, 1000",
    "5000, 112, -1, 1000",
    "5000, 111, -1, 1000",
    "5000, 10, -1, 1000",
    "5000, 0, -1, 1000",
    "4999.123, 4000.123, -1, 777000",
    "100000, 99999, -1, 1000"
  })
  void countsMissedFixedRateFiresLikeStepwiseCount(
      double anchorAgo, double firstAgo, double untilAgo, long period) {
    Instant anchor = ago(anchorAgo);
    Instant until = untilAgo < 0 ? null : ago(untilAgo);
    Trigger.Every rate =
        new Trigger.Every(Duration.ofMillis(period), new FireWindow(anchor, until), Duration.ZERO);
    AtomicInteger steps = new AtomicInteger();

    DueFireTimes counted =
        DueFireTimes.ofRate(NOW, MisfireRule.missedBefore(NOW), ago(firstAgo), rate, anchor);

    assertThat(counted)
        .isEqualTo(upTo(ago(firstAgo), counting(steps, at -> rate.next(at, anchor))));
  }

  private static Instant ago(double seconds) {
    return NOW.minusMillis((long) (seconds * 1000));
  }

  @Test
  void countsTenYearsOfSecondlyFiresUpToLimit() {
    Instant anchor = NOW.minus(Duration.ofDays(3650));
    Trigger.Every rate =
        new Trigger.Every(Duration.ofSeconds(1), new FireWindow(anchor, null), Duration.ZERO);

    DueFireTimes times =
        DueFireTimes.ofRate(NOW, MisfireRule.missedBefore(NOW), anchor, rate, anchor);

    assertThat(times.missed()).isEqualTo(DueFireTimes.MAX_COUNTED);
    assertThat(times.latestMissed()).hasSize(101).endsWith(NOW.minusSeconds(11));
    assertThat(times.due()).hasSize(11);
  }

  @Test
  void skipsLongGapAfterManyMissedFires() {
    // Every second for two days, nothing for a year, then once at two hours before now.
    Instant begin = NOW.minus(Duration.ofDays(367));
    Instant end = begin.plus(Duration.ofDays(2));
    Instant late = NOW.minus(Duration.ofHours(2));
    AtomicInteger steps = new AtomicInteger();
    Function<Instant, Optional<Instant>> following =
        at -> {
          if (at.isBefore(end)) {
            Instant next = at.plusSeconds(1);
            return Optional.of(next.isBefore(begin) ? begin : next);
          }
          return at.isBefore(late) ? Optional.of(late) : Optional.empty();
        };

    DueFireTimes times = upTo(begin, counting(steps, following));

    assertThat(times.missed()).isEqualTo(DueFireTimes.MAX_COUNTED);
    // Of what lies in between nothing is known, so what was counted before it is not the latest.
    assertThat(times.latestMissed())
        .containsExactly(begin.plusSeconds(DueFireTimes.MAX_COUNTED - 1), late);
    assertThat(times.due()).isEmpty();
    assertThat(times.next()).isNull();
    assertThat(steps).hasValueLessThan(DueFireTimes.MAX_COUNTED + 100);
  }

  @Test
  void findsLastMissedFireBeforeFutureFireAfterLongGap() {
    // Every second for two days, nothing for long, once at two hours before now, once after now.
    Instant begin = NOW.minus(Duration.ofDays(5));
    Instant end = begin.plus(Duration.ofDays(2));
    Instant late = NOW.minus(Duration.ofHours(2));
    Instant toCome = NOW.plus(Duration.ofMinutes(5));

    DueFireTimes times =
        upTo(
            begin,
            at -> {
              if (at.isBefore(end)) {
                return Optional.of(at.plusSeconds(1));
              }
              return Optional.of(at.isBefore(late) ? late : toCome);
            });

    assertThat(times.latestMissed()).endsWith(late);
    assertThat(times.next()).isEqualTo(toCome);
  }

  @Test
  void countsMissedFiresUntilTriggerEnd() {
    Instant first = NOW.minus(Duration.ofDays(40));
    Instant last = first.plusSeconds(150_000);

    DueFireTimes times =
        upTo(first, at -> Optional.of(at.plusSeconds(1)).filter(next -> !next.isAfter(last)));

    assertThat(times.missed()).isEqualTo(DueFireTimes.MAX_COUNTED);
    assertThat(times.latestMissed()).endsWith(last);
    assertThat(times.next()).isNull();
  }

  @Test
  void keepsLatest101MissedFires() {
    DueFireTimes times = upTo(NOW.minusSeconds(500), every(Duration.ofSeconds(1)));

    assertThat(times.missed()).isEqualTo(490);
    assertThat(times.latestMissed())
        .hasSize(101)
        .isSorted()
        .startsWith(NOW.minusSeconds(111))
        .endsWith(NOW.minusSeconds(11));
  }

  private static Function<Instant, Optional<Instant>> every(Duration period) {
    return at -> Optional.of(at.plus(period));
  }

  private static Function<Instant, Optional<Instant>> counting(
      AtomicInteger steps, Function<Instant, Optional<Instant>> following) {
    return at -> {
      steps.incrementAndGet();
      return following.apply(at);
    };
  }
}
