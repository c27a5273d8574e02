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

  private final ConnectionShare places;

  EditShare(AgroalDataSource pool, Ticker ticker) {
    int size = pool.getConfiguration().connectionPoolConfiguration().maxSize();
    places =
        new ConnectionShare(size, size / 2, ConnectionShare.MOST_WAITING, LONGEST_WAIT, ticker);
  }

  /**
   * Takes a place; blocks until there is one.
   *
   * @throws ConnectionsInUseException if there was none in time, or too many of the app wait
   */
  void enter(int app) {
    places.enter(app);
  }

  void leave(int app) {
    places.leave(app);
  }
}
