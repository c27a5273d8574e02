package dev.orrery.scheduler.base.time;

import java.time.Duration;

/** A ticker that a test moves. */
public final class SettableTicker implements Ticker {
  /** Overflows in the middle of a test: only differences may be looked at. */
  private long nanos = Long.MAX_VALUE - Duration.ofSeconds(20).toNanos();

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  public synchronized void advance(Duration time) {
    nanos += time.toNanos();
  }
}
