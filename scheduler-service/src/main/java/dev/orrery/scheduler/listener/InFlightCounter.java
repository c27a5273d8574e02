package dev.orrery.scheduler.listener;

import java.time.Duration;

/** Counts requests in flight. */
final class InFlightCounter {
  private int count;

  synchronized void begin() {
    count++;
  }

  synchronized void end() {
    count--;
    notifyAll();
  }

  /**
   * Waits at most this long until no request is in flight. Returns the number of remaining
   * requests.
   */
  synchronized int awaitNone(Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    while (count > 0) {
      long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) {
        return count;
      }
      wait(leftMillis);
    }
    return 0;
  }
}
