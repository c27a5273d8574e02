package dev.orrery.scheduler.base.quota;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A limit on the rate at which each app does something: a burst, then one in each interval.
 * Thread-safe.
 */
public final class AppRateLimiter {
  private final int burst;
  private final long intervalNanos;
  private final LongSupplier nanos;

  /** By app, the time at which its whole burst is free again. */
  private final Map<Integer, Long> allFreeAt = new HashMap<>();

  /**
   * @param nanos monotonic time
   */
  public AppRateLimiter(int burst, Duration interval, LongSupplier nanos) {
    this.burst = burst;
    this.intervalNanos = interval.toNanos();
    this.nanos = nanos;
  }

  /** Takes one; returns false, and takes nothing, if none is free. */
  public synchronized boolean take(int app) {
    long now = nanos.getAsLong();
    long used = Math.max(0, allFreeAt.getOrDefault(app, now) - now);
    if (used > intervalNanos * (burst - 1L)) {
      return false;
    }
    allFreeAt.put(app, now + used + intervalNanos);
    return true;
  }

  /** Releases one that was taken and not used. */
  public synchronized void release(int app) {
    allFreeAt.computeIfPresent(app, (id, at) -> at - intervalNanos);
  }
}
