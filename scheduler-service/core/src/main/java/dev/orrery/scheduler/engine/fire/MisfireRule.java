package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.model.job.document.MisfirePolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Decides which fire times were missed, and which of them to catch up. This is a pure rule.
 *
 * @param caughtUp the fire times to catch up, in their order
 * @param restCount the number of missed fire times that are not caught up
 * @param restLatest the latest of these; null if there are none
 */
record MisfireRule(List<Instant> caughtUp, int restCount, Instant restLatest) {

  /**
   * The maximum number of fire times that {@code FIRE_ALL} catches up on; the latest ones are
   * chosen.
   */
  static final int MAX_CAUGHT_UP = 100;

  /** A fire that is later than this was missed. */
  static final Duration MISSED_AFTER = Duration.ofSeconds(10);

  static Instant missedBefore(Instant now) {
    return now.minus(MISSED_AFTER);
  }

  /**
   * Chooses the fire times to catch up.
   *
   * @param windowStart earlier fire times are not caught up
   */
  static MisfireRule of(DueFireTimes times, MisfirePolicy policy, Instant windowStart) {
    List<Instant> latest = times.latestMissed();
    int first = latest.size();
    while (first > 0
        && latest.size() - first < most(policy)
        && !latest.get(first - 1).isBefore(windowStart)) {
      first--;
    }
    return new MisfireRule(
        latest.subList(first, latest.size()),
        times.missed() - (latest.size() - first),
        first == 0 ? null : latest.get(first - 1));
  }

  private static int most(MisfirePolicy policy) {
    return switch (policy) {
      case SKIP -> 0;
      case FIRE_ONCE -> 1;
      case FIRE_ALL -> MAX_CAUGHT_UP;
    };
  }
}
