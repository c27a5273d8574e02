package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.base.time.Ticker;
import java.time.Duration;

/**
 * Bounds the time for the decisions of one transaction, which locks the rows of its triggers: after
 * a long downtime a trigger takes up to 0.5 ms, so a whole batch may take a second. The remaining
 * triggers stay due, and the other steps of the due-work loop run before them.
 */
final class DecisionTime {
  private static final Duration MAX_TIME = Duration.ofMillis(200);

  /** Short for late triggers, because triggers that are due on time wait for the transaction. */
  private static final Duration MAX_OF_LATE = Duration.ofMillis(50);

  private final Ticker ticker;
  private final long begunAt;
  private final long longestNanos;

  private DecisionTime(Ticker ticker, Duration longest) {
    this.ticker = ticker;
    this.begunAt = ticker.nanos();
    this.longestNanos = longest.toNanos();
  }

  /**
   * Starts the budget.
   *
   * @param late whether the triggers are late
   */
  static DecisionTime start(Ticker ticker, boolean late) {
    return new DecisionTime(ticker, late ? MAX_OF_LATE : MAX_TIME);
  }

  boolean isOver() {
    return ticker.nanos() - begunAt >= longestNanos;
  }
}
