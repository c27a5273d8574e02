package dev.orrery.scheduler.engine.fire;

import dev.orrery.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The fire times of a trigger up to now, split into missed ones and ones that are due on time.
 *
 * @param missed the number of missed ones, counted up to {@link #MAX_COUNTED}
 * @param latestMissed the latest missed ones in their order, at most {@link #MAX_LATEST}
 * @param due the ones that are not late enough to count as missed, in their order
 * @param next the first fire time after now; null if there is none
 */
record DueFireTimes(int missed, List<Instant> latestMissed, List<Instant> due, Instant next) {

  /** The limit up to which fire times are counted exactly. One per second for a day is less. */
  static final int MAX_COUNTED = 100_000;

  /** The limit up to which fire times that can be counted are computed one by one. */
  private static final int COUNTED_IN_STEPS = 500;

  /** The maximum number to catch up, plus the fire time before them. */
  private static final int MAX_LATEST = MisfireRule.MAX_CAUGHT_UP + 1;

  /**
   * Splits fire times one by one.
   *
   * @param missedBefore fire times before this were missed
   * @param first the first unhandled fire time; not after now
   * @param following returns the fire time strictly after an instant
   */
  static DueFireTimes upTo(
      Instant now,
      Instant missedBefore,
      Instant first,
      Function<Instant, Optional<Instant>> following) {
    int missed = 0;
    ArrayDeque<Instant> latest = new ArrayDeque<>();
    Instant at = first;
    while (at != null && at.isBefore(missedBefore)) {
      if (latest.size() == MAX_LATEST) {
        latest.removeFirst();
      }
      latest.addLast(at);
      missed++;
      if (missed == MAX_COUNTED) {
        Instant near = resumeNear(missedBefore, at, following);
        if (near.isAfter(at)) {
          // Skipped fire times, so the earlier ones are no longer the latest.
          latest.clear();
          latest.addLast(at);
          at = near;
        }
      }
      at = following.apply(at).orElse(null);
    }
    List<Instant> due = new ArrayList<>();
    while (at != null && !at.isAfter(now)) {
      due.add(at);
      at = following.apply(at).orElse(null);
    }
    return new DueFireTimes(
        Math.min(missed, MAX_COUNTED), List.copyOf(latest), List.copyOf(due), at);
  }

  /**
   * Splits the fire times of a fixed rate. Counts them by division, because a rate of a second
   * misses 86,400 a day.
   *
   * @param anchor the anchor of the trigger
   */
  static DueFireTimes ofRate(
      Instant now, Instant missedBefore, Instant first, Trigger.Every rate, Instant anchor) {
    Function<Instant, Optional<Instant>> following = at -> rate.next(at, anchor);
    Instant until = rate.bounds().until();
    Instant end = until != null && until.isBefore(missedBefore) ? until : missedBefore;
    // After an edit, the first fire time may be between two multiples of the period.
    Optional<Instant> second = following.apply(first);
    long skipped =
        second
            .map(at -> Duration.between(at, end).dividedBy(rate.period()) - MAX_LATEST - 1)
            .orElse(0L);
    if (skipped <= 0) {
      return upTo(now, missedBefore, first, following);
    }
    DueFireTimes rest =
        upTo(now, missedBefore, second.get().plus(rate.period().multipliedBy(skipped)), following);
    return new DueFireTimes(
        (int) Math.min(1 + skipped + rest.missed(), MAX_COUNTED),
        rest.latestMissed(),
        rest.due(),
        rest.next());
  }

  /**
   * Splits the fire times of a cron expression, or of a rate in windows. Counts all but the latest
   * ones by days: a thousand jobs that fire each second miss 50 million in 14 hours.
   */
  static DueFireTimes ofCounted(
      Instant now, Instant missedBefore, Instant first, Trigger.Counted trigger) {
    Function<Instant, Optional<Instant>> following = at -> trigger.next(at, null);
    // The first fire time counts even if it was set by hand in the database.
    long missed = 1 + trigger.count(first.plusNanos(1), missedBefore);
    if (missed <= COUNTED_IN_STEPS) {
      return upTo(now, missedBefore, first, following);
    }
    Instant latest = following.apply(beforeLatest(missedBefore, trigger)).orElseThrow();
    DueFireTimes rest = upTo(now, missedBefore, latest, following);
    return new DueFireTimes(
        (int) Math.min(missed, MAX_COUNTED), rest.latestMissed(), rest.due(), rest.next());
  }

  /**
   * Returns the last instant that has {@link #MAX_LATEST} fire times between itself and the limit.
   */
  private static Instant beforeLatest(Instant limit, Trigger.Counted trigger) {
    long few = limit.getEpochSecond();
    long back = MAX_LATEST;
    while (trigger.count(Instant.ofEpochSecond(few - back), limit) < MAX_LATEST) {
      back *= 2;
    }
    long enough = few - back;
    while (few - enough > 1) {
      long middle = enough + (few - enough) / 2;
      if (trigger.count(Instant.ofEpochSecond(middle), limit) < MAX_LATEST) {
        few = middle;
      } else {
        enough = middle;
      }
    }
    return Instant.ofEpochSecond(enough).minusNanos(1);
  }

  /**
   * Returns an instant shortly before the last fire times before the limit: an hour before the
   * limit, or earlier if that hour has none.
   */
  private static Instant resumeNear(
      Instant limit, Instant reached, Function<Instant, Optional<Instant>> following) {
    Duration back = Duration.ofHours(1);
    Instant from = limit.minus(back);
    while (from.isAfter(reached)) {
      if (following.apply(from).filter(at -> at.isBefore(limit)).isPresent()) {
        return from;
      }
      back = back.multipliedBy(2);
      from = limit.minus(back);
    }
    return reached;
  }
}
