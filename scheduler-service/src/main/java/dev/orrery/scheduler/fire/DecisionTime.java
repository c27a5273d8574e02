package dev.orrery.scheduler.fire;

import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;

/**
 * The time for the decisions of one transaction, which locks the rows of its triggers: after a long
 * downtime a trigger takes up to 0.5 ms, so a whole batch may take a second. Triggers that are left
 * stay due, and the other steps of the due-work loop run before them.
 */
final class DecisionTime {
  private static final Duration LONGEST = Duration.ofMillis(200);

  /**
   * The time for late triggers, which come last: triggers that are on time must not wait for them.
   */
  private static final Duration LONGEST_OF_LATE = Duration.ofMillis(50);

  private final Ticker ticker;
  private final long begunAt;
  private Long lateSince;

  /** Starts the time. */
  DecisionTime(Ticker ticker) {
    this.ticker = ticker;
    begunAt = ticker.nanos();
  }

  /** Returns true if the next trigger must wait; the late ones come last. */
  boolean isOver(boolean late) {
    long now = ticker.nanos();
    if (late && lateSince == null) {
      lateSince = now;
    }
    return now - begunAt >= LONGEST.toNanos()
        || (late && now - lateSince >= LONGEST_OF_LATE.toNanos());
  }
}
