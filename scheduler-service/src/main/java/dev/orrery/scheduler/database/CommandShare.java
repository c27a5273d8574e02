package dev.orrery.scheduler.database;

import dev.orrery.scheduler.quota.QuotaMetrics;
import dev.orrery.scheduler.time.Ticker;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The engine connections that API calls such as cancels and backfills may use: half of the pool.
 * One app may use half of them. The other half is left to the threads of the engine.
 */
@Singleton
public class CommandShare {
  /** The longest wait of a call, as in {@link ReadPool}. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(5);

  private final CallingApp app;
  private final ConnectionShare places;

  public CommandShare(
      @DataSource("engine") AgroalDataSource pool,
      CallingApp app,
      Ticker ticker,
      QuotaMetrics shares) {
    this.app = app;
    int size = pool.getConfiguration().connectionPoolConfiguration().maxSize();
    int half = Math.max(1, size / 2);
    this.places = ConnectionShare.watched(shares, "commands", half, half / 2, MAX_WAIT, ticker);
  }

  /**
   * Runs the work. Work of an API call first waits until its app has a place.
   *
   * @throws ConnectionsInUseException if no place was free in time, or too many calls of the app
   *     wait
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
