package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.base.time.Ticker;
import java.time.Duration;

/**
 * Delays the expiry of sessions and the time-outs of attempts after the scheduler or the database
 * was down, so that workers are not blamed for an outage: until one full lease after both are back,
 * no session expires, and an attempt that ended in time can still be reported.
 *
 * <p>Confined to the thread that queries the database.
 */
public final class ExpiryGracePeriod {
  /**
   * The maximum normal delay of a query. A longer delay means that the process was paused or the
   * database was down.
   */
  private static final Duration MAX_DELAY = Duration.ofSeconds(4);

  private final Duration lease;
  private final Duration longestGap;
  private final Ticker ticker;
  private long reachableSince;
  private long lastSeen;

  /**
   * @param interval between two queries of the database
   */
  public ExpiryGracePeriod(Duration lease, Duration interval, Ticker ticker) {
    this.lease = lease;
    this.longestGap = interval.plus(MAX_DELAY);
    this.ticker = ticker;
    begin();
  }

  /** Begins a grace period, as after an outage, in which no worker could renew here. */
  public void begin() {
    reachableSince = ticker.nanos();
    lastSeen = reachableSince;
  }

  /** Must be called after each successful query of the database. */
  public void onDatabaseUp() {
    long now = ticker.nanos();
    if (now - lastSeen > longestGap.toNanos()) {
      reachableSince = now;
    }
    lastSeen = now;
  }

  /** Must be called after each failed query of the database. */
  public void onDatabaseDown() {
    // Renewals were lost, however short the outage was.
    lastSeen = ticker.nanos() - longestGap.toNanos() - 1;
  }

  /** Returns true if expired sessions and overdue attempts may be ended. */
  public boolean isOver() {
    return ticker.nanos() - reachableSince >= lease.toNanos();
  }
}
