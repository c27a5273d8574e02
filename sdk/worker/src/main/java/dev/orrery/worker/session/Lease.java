package dev.orrery.worker.session;

import java.time.Duration;

/**
 * The worker's conservative view of its lease, on its monotonic clock. The lease counts from when a
 * request was <em>sent</em>: the scheduler renewed it later, so a slow response cannot extend this
 * view. A third of the remaining time is left unused.
 */
public final class Lease {
  private long usableUntilNanos;

  /**
   * @param sentAtNanos when the request was sent whose response contains the remaining time
   */
  public Lease(long sentAtNanos, Duration remaining) {
    usableUntilNanos = usableUntil(sentAtNanos, remaining);
  }

  /** Applies a later response; responses may arrive in any order. */
  public void renewed(long sentAtNanos, Duration remaining) {
    long until = usableUntil(sentAtNanos, remaining);
    if (until - usableUntilNanos > 0) {
      usableUntilNanos = until;
    }
  }

  /** Returns true if an attempt may be started now. */
  public boolean mayStart(long nowNanos) {
    return usableUntilNanos - nowNanos > 0;
  }

  private static long usableUntil(long sentAtNanos, Duration remaining) {
    return sentAtNanos + remaining.toNanos() / 3 * 2;
  }
}
