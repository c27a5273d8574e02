package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.base.time.Ticker;
import java.time.Duration;

/** A sleep with a deadline that other threads can shorten. */
final class WakeableSleep {
  /** Longer times would overflow. */
  private static final Duration MAX_SLEEP = Duration.ofDays(1);

  private final Ticker ticker;
  private Long wakeAtNanos;
  private boolean sleeping;

  WakeableSleep(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Shortens the current or next sleep to at most this time. */
  synchronized void within(Duration time) {
    long at = ticker.nanos() + nanos(time);
    if (wakeAtNanos == null || at - wakeAtNanos < 0) {
      wakeAtNanos = at;
      notifyAll();
    }
  }

  private static long nanos(Duration time) {
    if (time.isNegative()) {
      return 0;
    }
    return time.compareTo(MAX_SLEEP) > 0 ? MAX_SLEEP.toNanos() : time.toNanos();
  }

  /** Sleeps at most this long; calls of {@link #within} since the last sleep count, too. */
  synchronized void sleep(Duration longest) throws InterruptedException {
    within(longest);
    sleeping = true;
    // The clock is read once per turn, because wait(0) would never end.
    for (long left = left(); left > 0; left = left()) {
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
    sleeping = false;
    wakeAtNanos = null;
  }

  /** Returns true while a thread sleeps, if the sleep ends later than this time from now. */
  synchronized boolean isLongerThan(Duration time) {
    return sleeping && left() > nanos(time);
  }

  private long left() {
    return wakeAtNanos - ticker.nanos();
  }
}
