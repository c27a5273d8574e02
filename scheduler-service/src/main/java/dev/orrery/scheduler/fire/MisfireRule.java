package dev.orrery.scheduler.fire;

import dev.orrery.scheduler.job.document.MisfirePolicy;
import java.time.Instant;
import java.util.List;

/**
 * Selects the missed fire times to catch up on. This is a pure rule.
 *
 * @param madeUpFor in their order
 * @param restCount how many are not
 * @param restLatest the last of these; null if there are none
 */
record MisfireRule(List<Instant> madeUpFor, int restCount, Instant restLatest) {

  /**
   * Chooses.
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
      case FIRE_ALL -> DueFireTimes.KEPT - 1;
    };
  }
}
