package dev.orrery.scheduler.database.embedded;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * At most a number of restarts within a window of time. A server that dies now and then comes back
 * each time; one that dies of its data or its disk is given up. Not safe for use by two threads.
 */
final class RestartLimit {
  static final int MOST = 20;
  static final Duration WINDOW = Duration.ofMinutes(10);

  private final int most;
  private final long windowNanos;
  private final Deque<Long> granted = new ArrayDeque<>();

  RestartLimit(int most, Duration window) {
    this.most = most;
    this.windowNanos = window.toNanos();
  }

  static RestartLimit standard() {
    return new RestartLimit(MOST, WINDOW);
  }

  /** The restarts of the last window. */
  int granted() {
    return granted.size();
  }

  /**
   * Grants one more restart, unless the window that ends now has had all of its own.
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
