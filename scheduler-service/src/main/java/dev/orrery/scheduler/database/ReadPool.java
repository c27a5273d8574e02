package dev.orrery.scheduler.database;

import dev.orrery.scheduler.quota.ShareMetrics;
import dev.orrery.scheduler.time.Ticker;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The pool for reads of the API, so that lists and charts use no connections of the engine. Its
 * connections are read-only, and their statements end after ten seconds. One app uses at most half
 * of them, because each long read occupies a processor.
 */
@Singleton
class ReadPool {
  /** The maximum wait for a connection. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(5);

  private final AgroalDataSource pool;
  private final CallingApp app;
  private final DatabaseReachability reachability;
  private final ConnectionShare places;
  private final ThreadLocal<Boolean> hasPlace = ThreadLocal.withInitial(() -> false);

  ReadPool(
      @DataSource("reads") AgroalDataSource pool,
      CallingApp app,
      DatabaseReachability reachability,
      Ticker ticker,
      ShareMetrics shares) {
    this.pool = pool;
    this.app = app;
    this.reachability = reachability;
    int size = pool.getConfiguration().connectionPoolConfiguration().maxSize();
    this.places = ConnectionShare.watched(shares, "reads", size, size / 2, MAX_WAIT, ticker);
  }

  /**
   * Runs the work on a connection in autocommit.
   *
   * @throws ConnectionsInUseException if none became free for the app in time
   * @throws DatabaseException if a statement failed, or was not sent because of an outage
   */
  <T> T run(SqlWork<T> work) {
    return inPlace(
        () -> {
          try {
            return reachability.run(work, pool);
          } catch (DatabaseException e) {
            if (e.isExhausted() && app.current().isPresent()) {
              throw new ConnectionsInUseException(false);
            }
            throw e;
          }
        });
  }

  /**
   * Runs work within one place of the calling app, with all its reads.
   *
   * @throws ConnectionsInUseException if none became free for the app in time
   */
  <T> T inPlace(Supplier<T> work) {
    OptionalInt caller = app.current();
    if (caller.isEmpty() || hasPlace.get()) {
      return work.get();
    }
    places.enter(caller.getAsInt());
    hasPlace.set(true);
    try {
      return work.get();
    } finally {
      hasPlace.remove();
      places.leave(caller.getAsInt());
    }
  }
}
