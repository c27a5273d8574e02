package dev.orrery.scheduler.base.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Limits a repeated log line to one in ten seconds. */
public final class LogInterval {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();

  private final Ticker ticker;
  private final AtomicLong lastAt;

  public LogInterval(Ticker ticker) {
    this.ticker = ticker;
    this.lastAt = new AtomicLong(ticker.nanos() - INTERVAL_NANOS);
  }

  /** Returns true if the line may be logged, and then false for ten seconds. */
  public boolean isDue() {
    long now = ticker.nanos();
    long last = lastAt.get();
    return now - last >= INTERVAL_NANOS && lastAt.compareAndSet(last, now);
  }
}
