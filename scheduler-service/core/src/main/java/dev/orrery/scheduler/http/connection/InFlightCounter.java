package dev.orrery.scheduler.http.connection;

import java.time.Duration;

/** Counts the requests in flight, and waits until none is left. */
public final class InFlightCounter {
  private int count;

  public synchronized void begin() {
    count++;
  }

  public synchronized void end() {
    count--;
    notifyAll();
  }

  /**
   * Waits at most this long until no request is in flight. Returns the number of remaining
   * requests.
   */
  public synchronized int awaitNone(Duration longest) throws InterruptedException {
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
