package dev.orrery.scheduler.database;

import dev.orrery.scheduler.time.Ticker;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The connections of the engine that calls of the API use, such as cancels and backfills: half of
 * the pool, of which one app has all but one. The threads of the engine always find the others.
 */
@Singleton
class CommandShare {
  private static final int ALL = EngineExecutor.THREADS / 2;

  /** As long as reads of the API wait for one. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final CallingApp app;
  private final ConnectionShare places;

  CommandShare(CallingApp app, Ticker ticker) {
    this.app = app;
    this.places =
        new ConnectionShare(ALL, ALL - 1, ConnectionShare.MOST_WAITING, LONGEST_WAIT, ticker);
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
