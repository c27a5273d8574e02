package dev.orrery.scheduler.due;

import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;

/**
 * Keeps sessions from being judged for a silence that was ours: after the database, or this very
 * process, has been away, no lease expires sooner than one lease after both were back.
 *
 * <p>Confined to the thread that queries the database.
 */
public final class OutageGrace {
  /**
   * The longest delay of a query; after a longer one, the process was paused, or the database away.
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
  public OutageGrace(Duration lease, Duration interval, Ticker ticker) {
    this.lease = lease;
    this.longestGap = interval.plus(LATEST);
    this.ticker = ticker;
    begin();
  }

  /** Begins a grace, as after an outage: until now nobody could renew here. */
  public void begin() {
    reachableSince = ticker.nanos();
    lastSeen = reachableSince;
  }

  /** The database has just answered. */
  public void reached() {
    long now = ticker.nanos();
    if (now - lastSeen > longestGap.toNanos()) {
      reachableSince = now;
    }
    lastSeen = now;
  }

  /** The database has not answered. */
  public void missed() {
    // Whatever the gap was: some renewals were lost.
    lastSeen = ticker.nanos() - longestGap.toNanos() - 1;
  }

  /** Whether a session whose lease is over may be ended. */
  public boolean isOver() {
    return ticker.nanos() - reachableSince >= lease.toNanos();
  }
}
