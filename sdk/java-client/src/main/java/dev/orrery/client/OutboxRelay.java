package dev.orrery.client;

import dev.orrery.protocol.retry.Backoff;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Submits the runs of an {@link Outbox}, each once, on a thread of its own. Each process of an
 * application may have one: a run is claimed by one of them, and submitted with its id as the
 * idempotency key. So a run that a killed process has submitted, and not yet deleted, is not
 * submitted twice, as long as another process continues within a day.
 *
 * <p>A run that the scheduler refuses, such as one of a job that does not exist, stays in the table
 * with its {@code problem}, and is tried again each minute; other runs are not delayed.
 */
public final class OutboxRelay implements AutoCloseable {
  private static final Logger LOG = System.getLogger(OutboxRelay.class.getName());
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
  private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(30));

  /** A claim ends, in case that its process is gone; longer than a client repeats a call. */
  private static final Duration CLAIM = Duration.ofMinutes(2);

  private static final Duration REFUSED_AGAIN = Duration.ofMinutes(1);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final int BATCH_SIZE = 100;

  private final OrreryClient client;
  private final DataSource database;
  private final InstantSource clock;
  private final OutboxTable table = new OutboxTable();
  private final Semaphore wakes = new Semaphore(0);
  private final Thread thread = new Thread(this::work, "orrery-outbox");
  private volatile boolean closed;
  private volatile @Nullable String problem;

  private OutboxRelay(OrreryClient client, DataSource database, InstantSource clock) {
    this.client = client;
    this.database = database;
    this.clock = clock;
  }

  /**
   * @param database with the table; each round takes one connection and gives it back
   */
  public static OutboxRelay start(OrreryClient client, DataSource database) {
    return start(client, database, InstantSource.system());
  }

  static OutboxRelay start(OrreryClient client, DataSource database, InstantSource clock) {
    OutboxRelay relay = new OutboxRelay(client, database, clock);
    relay.thread.setDaemon(true);
    relay.thread.start();
    return relay;
  }

  /** Looks for runs at once, after a transaction has committed; otherwise it does each second. */
  public void wake() {
    wakes.release();
  }

  /** Returns why the last round has failed; empty if it has not. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  private void work() {
    int failures = 0;
    while (!closed) {
      Duration pause;
      try {
        pause = submitDue() ? Duration.ZERO : POLL_INTERVAL;
        problem = null;
        failures = 0;
      } catch (SQLException | RuntimeException e) {
        // Also of a pool that is closed or full: the thread must outlive what its callees throw.
        failures++;
        pause = PAUSES.after(failures);
        if (!closed) {
          problem = e instanceof OrreryException ? e.getMessage() : e.toString();
          LOG.log(
              Level.WARNING,
              "Failed to submit outbox runs; retrying in {0} s: {1}",
              pause.toSeconds(),
              problem);
        }
      }
      await(pause);
    }
  }

  private void await(Duration pause) {
    try {
      var unused = wakes.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
      wakes.drainPermits();
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  /** Returns true if there may be more. */
  private boolean submitDue() throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(true);
      var rows = table.due(connection, clock.millis(), BATCH_SIZE);
      for (OutboxTable.Row row : rows) {
        if (closed) {
          return false;
        }
        long until = clock.millis() + CLAIM.toMillis();
        if (table.claim(connection, row, until)) {
          submit(connection, row, until);
        }
      }
      return rows.size() == BATCH_SIZE;
    }
  }

  private void submit(Connection connection, OutboxTable.Row row, long claimedUntil)
      throws SQLException {
    try {
      client.runStored(row.job(), row.body(), row.id());
      table.delete(connection, row);
    } catch (OrreryException e) {
      if (concernsAllRuns(e)) {
        table.claim(connection, row.dueAt(claimedUntil), row.dueAt());
        throw e;
      }
      refuse(connection, row, e);
    } catch (IllegalArgumentException e) {
      refuse(connection, row, e);
    }
  }

  private void refuse(Connection connection, OutboxTable.Row row, RuntimeException reason)
      throws SQLException {
    table.refuse(connection, row, reason.getMessage(), clock.millis() + REFUSED_AGAIN.toMillis());
    LOG.log(
        Level.WARNING,
        "Scheduler refused an outbox run; retrying it in {0} s: job={1} id={2}: {3}",
        REFUSED_AGAIN.toSeconds(),
        row.job(),
        row.id(),
        reason.getMessage());
  }

  private static boolean concernsAllRuns(OrreryException problem) {
    return problem.isTransient()
        || problem.code().equals(OrreryException.INTERRUPTED)
        || problem.code().equals(OrreryException.UNREADABLE)
        || problem.status() == 401
        || problem.status() == 403;
  }

  /** Ends after the run that is being submitted. */
  @Override
  public void close() {
    closed = true;
    wake();
    try {
      thread.join(STOP_TIMEOUT.toMillis());
      thread.interrupt();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
