package dev.orrery.scheduler.database;

import dev.orrery.scheduler.time.Ticker;
import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.time.Duration;

/** The connections for edits, of which one app has at most half. */
@Singleton
class EditShare {
  /** As long as an edit waits for the locks of another one. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final DatabaseReachability reachability;
  private final ConnectionShare places;

  EditShare(AgroalDataSource pool, DatabaseReachability reachability, Ticker ticker) {
    this.reachability = reachability;
    int size = pool.getConfiguration().connectionPoolConfiguration().maxSize();
    places =
        new ConnectionShare(size, size / 2, ConnectionShare.MOST_WAITING, LONGEST_WAIT, ticker);
  }

  /**
   * Takes a place; blocks until there is one.
   *
   * @throws ConnectionsInUseException if there was none in time, or too many of the app wait
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
