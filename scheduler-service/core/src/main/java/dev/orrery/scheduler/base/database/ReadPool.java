package dev.orrery.scheduler.base.database;

import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import jakarta.inject.Singleton;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The connection pool for reads of the API, so that lists and charts use no connections of the
 * engine. Its connections cannot write, and their statements end after ten seconds.
 */
@Singleton
class ReadPool {
  private final AgroalDataSource pool;
  private final CallingApp app;
  private final DatabaseReachability reachability;
  private final ConnectionQuota quota;
  private final ThreadLocal<Boolean> hasPlace = ThreadLocal.withInitial(() -> false);

  ReadPool(
      @DataSource("reads") AgroalDataSource pool,
      CallingApp app,
      DatabaseReachability reachability,
      ConnectionQuota quota) {
    this.pool = pool;
    this.app = app;
    this.reachability = reachability;
    this.quota = quota;
  }

  /**
   * Runs the work on a connection in autocommit.
   *
   * @throws ConnectionsInUseException if none became free for the app in time
   * @throws DatabaseException if a statement failed, or was not sent because of an outage
   */
  <T> T run(SqlWork<T> work) {
    return run(app.current(), work);
  }

  /** As {@link #run(SqlWork)}, for a caller whose share is this one. */
  <T> T run(OptionalInt share, SqlWork<T> work) {
    return inPlace(
        share,
        () -> {
          try {
            return reachability.run(work, pool);
          } catch (DatabaseException e) {
            if (e.isExhausted() && share.isPresent()) {
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
    return inPlace(app.current(), work);
  }

  private <T> T inPlace(OptionalInt share, Supplier<T> work) {
    return hasPlace.get() ? work.get() : quota.reads().run(share, () -> inNewPlace(work));
  }

  private <T> T inNewPlace(Supplier<T> work) {
    hasPlace.set(true);
    try {
      return work.get();
    } finally {
      hasPlace.remove();
    }
  }
}
