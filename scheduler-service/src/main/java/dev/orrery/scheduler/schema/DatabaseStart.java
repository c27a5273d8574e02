package dev.orrery.scheduler.schema;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Runs the migrations. A step that waits for a table lock blocks all later statements on the table,
 * including statements of replicas of the previous release. So {@code quarkus.flyway.init-sql}
 * bounds each wait, and a step that meets a lock, such as pg_dump's, is retried. Completed steps
 * are kept.
 */
final class SchemaMigration {
  private static final Logger LOG = Logger.getLogger(SchemaMigration.class);

  static final Duration PAUSE = Duration.ofSeconds(3);

  /**
   * Shorter than the startup probe of the manifests, so that the message of the failure is seen.
   */
  static final Duration LONGEST = Duration.ofMinutes(4);

  private final Runnable migrate;
  private final Ticker ticker;
  private final Consumer<Duration> pause;

  /** The time when a step first met a lock; null before. Completed steps do not reset it. */
  private Long refusedSince;

  SchemaMigration(Runnable migrate) {
    this(migrate, Ticker.SYSTEM, time -> LockSupport.parkNanos(time.toNanos()));
  }

  SchemaMigration(Runnable migrate, Ticker ticker, Consumer<Duration> pause) {
    this.migrate = migrate;
    this.ticker = ticker;
    this.pause = pause;
  }

  /**
   * Migrates the schema to this release; blocks.
   *
   * @throws StartupException if a lock stayed for {@link #LONGEST}
   */
  void run() {
    boolean logged = false;
    while (!migrated()) {
      if (!logged) {
        LOG.warnf(
            "Migration is blocked by a lock of another transaction; retrying every %d s for %d min, while"
                + " replicas of the previous release keep running",
            PAUSE.toSeconds(), LONGEST.toMinutes());
        logged = true;
      }
      pause.accept(PAUSE);
    }
  }

  private boolean migrated() {
    try {
      migrate.run();
      return true;
    } catch (RuntimeException e) {
      DatabaseException busy =
          DatabaseException.behind(e).filter(DatabaseException::isBusy).orElseThrow(() -> e);
      if (refusedSince == null) {
        refusedSince = ticker.nanos();
      }
      if (ticker.nanos() - refusedSince >= LONGEST.toNanos()) {
        throw new StartupException(
            "the upgrade of the database has waited for "
                + LONGEST.toMinutes()
                + " minutes for a lock that another transaction holds ("
                + busy.getMessage().lines().findFirst().orElse("")
                + "). Wait for the end of that transaction, such as a backup, or end it, and start"
                + " again.");
      }
      return false;
    }
  }
}
