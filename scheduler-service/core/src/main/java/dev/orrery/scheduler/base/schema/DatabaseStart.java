package dev.orrery.scheduler.base.schema;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.OutageCause;
import dev.orrery.scheduler.base.time.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Runs the start-up steps that use the database, and retries them while the database is not ready:
 * because it is recovering from a crash, because it or this machine is slow, or because another
 * transaction holds a lock.
 *
 * <p>A step of a migration that waits for a table lock blocks all later statements on the table,
 * including statements of replicas of the previous release. So {@code quarkus.flyway.init-sql}
 * bounds each wait, and a step that meets a lock, such as pg_dump's, is retried. Completed steps
 * are kept.
 */
final class DatabaseStart {
  private static final Logger LOG = Logger.getLogger(DatabaseStart.class);

  static final Duration RETRY_INTERVAL = Duration.ofSeconds(3);

  /**
   * Shorter than the startup probe of the manifests, so that the message of the failure is seen.
   */
  static final Duration START_TIMEOUT = Duration.ofMinutes(4);

  /** The server starts, recovers or stops. */
  private static final String CANNOT_CONNECT_NOW = "57P03";

  private final Ticker ticker;
  private final Consumer<Duration> pause;

  DatabaseStart() {
    this(Ticker.SYSTEM, time -> LockSupport.parkNanos(time.toNanos()));
  }

  DatabaseStart(Ticker ticker, Consumer<Duration> pause) {
    this.ticker = ticker;
    this.pause = pause;
  }

  /** Runs a step as {@link #get(Supplier)} does. */
  void run(Runnable step) {
    get(
        () -> {
          step.run();
          return null;
        });
  }

  /**
   * Runs a step until it succeeds; blocks.
   *
   * @throws StartupException if the database was not ready for {@link #START_TIMEOUT}; also thrown
   *     by the step itself
   * @throws RuntimeException of the step, at once, if waiting does not help
   */
  <T> T get(Supplier<T> step) {
    Long waitingSince = null;
    String logged = "";
    while (true) {
      try {
        return step.get();
      } catch (RuntimeException e) {
        DatabaseException failure = DatabaseException.behind(e).orElseThrow(() -> e);
        String obstacle = obstacle(failure).orElseThrow(() -> e);
        if (waitingSince == null) {
          waitingSince = ticker.nanos();
        }
        if (ticker.nanos() - waitingSince >= START_TIMEOUT.toNanos()) {
          throw gaveUp(failure);
        }
        if (!obstacle.equals(logged)) {
          LOG.warnf(
              "Database is not ready: %s (%s); retrying every %d s for %d min",
              obstacle, failure.firstLine(), RETRY_INTERVAL.toSeconds(), START_TIMEOUT.toMinutes());
          logged = obstacle;
        }
        pause.accept(RETRY_INTERVAL);
      }
    }
  }

  /** Returns why the step may succeed later; empty if it may not. */
  private static Optional<String> obstacle(DatabaseException failure) {
    if (failure.isBusy()) {
      return Optional.of("another transaction holds a lock that the migration needs");
    }
    if (failure.hasState(CANNOT_CONNECT_NOW)) {
      return Optional.of("it is starting, or recovering from a crash");
    }
    if (failure.isExhausted() || OutageCause.of(failure) == OutageCause.HANGING) {
      return Optional.of("it has not answered in time");
    }
    return OutageCause.of(failure) == OutageCause.TOO_MANY_CONNECTIONS
        ? Optional.of("it has no connection left")
        : Optional.empty();
  }

  private static RuntimeException gaveUp(DatabaseException failure) {
    if (failure.isBusy()) {
      return new StartupException(
          "the upgrade of the database has waited for "
              + START_TIMEOUT.toMinutes()
              + " minutes for a lock that another transaction holds ("
              + failure.firstLine()
              + "). Wait for the end of that transaction, such as a backup, or end it, and start"
              + " again.");
    }
    return new StartupException(
        "the database was not ready within "
            + START_TIMEOUT.toMinutes()
            + " minutes ("
            + failure.firstLine()
            + "). Look at its log, or set quarkus.datasource.jdbc.url to where it is.");
  }
}
