package dev.orrery.scheduler.due;

import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;

/** Lets one thread sleep until something becomes due, and others call it earlier. */
final class WakeableSleep {
  /** Times beyond would overflow, and no sleep is as long. */
  private static final Duration FAR = Duration.ofDays(1);

  private final Ticker ticker;
  private Long wakeAtNanos;

  WakeableSleep(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Something becomes due after this time: the sleep ends then at the latest. */
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
    return time.compareTo(FAR) > 0 ? FAR.toNanos() : time.toNanos();
  }

  /** Sleeps at most this long; calls that came since the last sleep count too. */
  synchronized void sleep(Duration longest) throws InterruptedException {
    within(longest);
    // One look at the clock for each turn: a wait of no time at all would have no end.
    for (long left = left(); left > 0; left = left()) {
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
    wakeAtNanos = null;
  }

  private long left() {
    return wakeAtNanos - ticker.nanos();
  }
}
