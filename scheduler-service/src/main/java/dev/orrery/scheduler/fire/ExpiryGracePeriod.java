package dev.orrery.scheduler.fire;

import dev.orrery.scheduler.time.Ticker;
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
   * The longest normal delay of a query. After a longer one, the process was paused or the database
   * was down.
   */
  private static final Duration LATEST = Duration.ofSeconds(4);

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
    this.longestGap = interval.plus(LATEST);
    this.ticker = ticker;
    begin();
  }

  /** Begins a grace, as after an outage: no worker could renew here until now. */
  public void begin() {
    reachableSince = ticker.nanos();
    lastSeen = reachableSince;
  }

  /** Must be called when the database has answered. */
  public void onDatabaseUp() {
    long now = ticker.nanos();
    if (now - lastSeen > longestGap.toNanos()) {
      reachableSince = now;
    }
    lastSeen = now;
  }

  /** Must be called when the database has not answered. */
  public void onDatabaseDown() {
    // Renewals were lost, however short the gap was.
    lastSeen = ticker.nanos() - longestGap.toNanos() - 1;
  }

  /** Returns whether sessions past their lease and attempts past their deadline may be ended. */
  public boolean isOver() {
    return ticker.nanos() - reachableSince >= lease.toNanos();
  }
}
