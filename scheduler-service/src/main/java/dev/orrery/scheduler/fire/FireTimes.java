package dev.orrery.scheduler.fire;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The fire times of a trigger up to now, sorted into those that were missed and those that are just
 * due.
 *
 * @param missed how many were missed, counted up to {@link #MAX_COUNTED}
 * @param latestMissed null if none was
 * @param missedBefore the missed one before the latest; null if there is none
 * @param due those that are not late enough to count as missed, in their order
 * @param next the first one after now; null if there is none
 */
record FireTimes(
    int missed, Instant latestMissed, Instant missedBefore, List<Instant> due, Instant next) {

  /** A fire that is later than this was missed. */
  static final Duration MISSED_AFTER = Duration.ofSeconds(10);

  /** Beyond, they are not counted one by one; a day of every second has less. */
  static final int MAX_COUNTED = 100_000;

  /**
   * Sorts.
   *
   * @param first the first fire time that has not been dealt with; not after now
   * @param following gives the fire time strictly after an instant
   */
  static FireTimes upTo(
      Instant now, Instant first, Function<Instant, Optional<Instant>> following) {
    Instant limit = now.minus(MISSED_AFTER);
    int missed = 0;
    Instant latest = null;
    Instant before = null;
    Instant at = first;
    while (at != null && at.isBefore(limit)) {
      before = latest;
      latest = at;
      missed++;
      if (missed == MAX_COUNTED) {
        at = resumeNear(limit, at, following);
      }
      at = following.apply(at).orElse(null);
    }
    List<Instant> due = new ArrayList<>();
    while (at != null && !at.isAfter(now)) {
      due.add(at);
      at = following.apply(at).orElse(null);
    }
    return new FireTimes(Math.min(missed, MAX_COUNTED), latest, before, due, at);
  }

  /**
   * An instant from which the last fire times before the limit are soon found: an hour before it,
   * or further back where that hour has none.
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
