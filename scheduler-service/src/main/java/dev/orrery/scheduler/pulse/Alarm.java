package dev.orrery.scheduler.pulse;

import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;

/** Lets one thread sleep until something becomes due, and others call it earlier. */
final class Alarm {
  private final Ticker ticker;
  private Long wakeAtNanos;

  Alarm(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Something becomes due after this time: the sleep ends then at the latest. */
  synchronized void within(Duration time) {
    long at = ticker.nanos() + Math.max(0, time.toNanos());
    if (wakeAtNanos == null || at - wakeAtNanos < 0) {
      wakeAtNanos = at;
      notifyAll();
    }
  }

  /** Sleeps at most this long; calls that came since the last sleep count too. */
  synchronized void sleep(Duration longest) throws InterruptedException {
    within(longest);
    while (wakeAtNanos - ticker.nanos() > 0) {
      long nanos = wakeAtNanos - ticker.nanos();
      wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
    }
    wakeAtNanos = null;
  }
}
