package dev.orrery.scheduler.database;

import dev.orrery.scheduler.time.Ticker;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The connections of the engine that calls of the API use, such as cancels and backfills: half of
 * the pool, of which one app has all but one. The other half is left to the threads of the engine.
 */
@Singleton
class CommandShare {
  /** As long as reads of the API wait for one. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final CallingApp app;
  private final ConnectionShare places;

  CommandShare(@DataSource("engine") AgroalDataSource pool, CallingApp app, Ticker ticker) {
    this.app = app;
    int size = pool.getConfiguration().connectionPoolConfiguration().maxSize();
    int half = Math.max(1, size / 2);
    this.places =
        new ConnectionShare(half, half - 1, ConnectionShare.MOST_WAITING, LONGEST_WAIT, ticker);
  }

  /**
   * Runs the work; that of a call of the API when its app has a place.
   *
   * @throws ConnectionsInUseException if there was none in time, or too many of the app wait
   */
  <T> T run(Supplier<T> work) {
    OptionalInt caller = app.current();
    if (caller.isEmpty()) {
      return work.get();
    }
    places.enter(caller.getAsInt());
    try {
      return work.get();
    } finally {
      places.leave(caller.getAsInt());
    }
  }
}
