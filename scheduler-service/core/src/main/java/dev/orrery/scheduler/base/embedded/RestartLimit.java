package dev.orrery.scheduler.base.embedded;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Limits the restarts within a time window. A server that dies occasionally is restarted each time;
 * a server that keeps dying because of its data or disk is not. Not thread-safe.
 */
final class RestartLimit {
  static final int MAX_RESTARTS = 20;
  static final Duration WINDOW = Duration.ofMinutes(10);

  private final int most;
  private final long windowNanos;
  private final Deque<Long> granted = new ArrayDeque<>();

  RestartLimit(int most, Duration window) {
    this.most = most;
    this.windowNanos = window.toNanos();
  }

  static RestartLimit standard() {
    return new RestartLimit(MAX_RESTARTS, WINDOW);
  }

  int granted() {
    return granted.size();
  }

  /**
   * Grants one more restart, unless the current window has reached the limit.
   *
   * @param nowNanos monotonic time, as of {@link System#nanoTime()}
   */
  boolean tryAcquire(long nowNanos) {
    while (!granted.isEmpty() && nowNanos - granted.getFirst() >= windowNanos) {
      granted.removeFirst();
    }
    if (granted.size() == most) {
      return false;
    }
    granted.addLast(nowNanos);
    return true;
  }
}
