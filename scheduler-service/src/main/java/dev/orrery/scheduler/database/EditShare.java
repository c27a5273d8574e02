package dev.orrery.scheduler.database;

import dev.orrery.scheduler.quota.QuotaMetrics;
import dev.orrery.scheduler.time.Ticker;
import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.time.Duration;

/** The connections for edits, of which one app has at most a quarter. */
@Singleton
class EditShare {
  /** Equal to the time for which an edit waits for a lock. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);

  private final DatabaseReachability reachability;
  private final ConnectionShare places;

  EditShare(
      AgroalDataSource pool,
      DatabaseReachability reachability,
      Ticker ticker,
      QuotaMetrics shares) {
    this.reachability = reachability;
    int size = pool.getConfiguration().connectionPoolConfiguration().maxSize();
    places = ConnectionShare.watched(shares, "edits", size, size / 4, MAX_WAIT, ticker);
  }

  /**
   * Takes a place; blocks until there is one.
   *
   * @throws ConnectionsInUseException if no place was free in time, or too many calls of the app
   *     wait
   * @throws DatabaseException if an outage began during the wait; no place is taken then
   */
  void enter(int app) {
    places.enter(app);
    try {
      reachability.require();
    } catch (DatabaseException e) {
      places.leave(app);
      throw e;
    }
  }

  void leave(int app) {
    places.leave(app);
  }
}
