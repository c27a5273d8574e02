package dev.orrery.worker.session;

import java.time.Duration;

/**
 * The worker's own view of its lease, on its monotonic clock. It counts from the moment a request
 * was <em>sent</em>, since the scheduler renewed after that: an answer that was long under way
 * cannot make the lease look longer than it is. Of what remains a third is left unused.
 */
public final class Lease {
  private long usableUntilNanos;

  /**
   * @param sentAtNanos when the request was sent whose answer tells the remaining time
   */
  public Lease(long sentAtNanos, Duration remaining) {
    usableUntilNanos = usableUntil(sentAtNanos, remaining);
  }

  /** Takes a later answer into account; an answer that overtook another does no harm. */
  public void renewed(long sentAtNanos, Duration remaining) {
    long until = usableUntil(sentAtNanos, remaining);
    if (until - usableUntilNanos > 0) {
      usableUntilNanos = until;
    }
  }

  /** Whether something that has not been started may be started now. */
  public boolean mayStart(long nowNanos) {
    return usableUntilNanos - nowNanos > 0;
  }

  private static long usableUntil(long sentAtNanos, Duration remaining) {
    return sentAtNanos + remaining.toNanos() / 3 * 2;
  }
}
