package dev.orrery.scheduler.base.database;

import dev.orrery.scheduler.base.time.Ticker;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The connection pool of the engine: {@link EngineExecutor#THREADS} connections, no transaction
 * manager, and statements that are prepared on the server. Edits of jobs, apps and webhooks use
 * Hibernate and another pool, {@link JtaDatabase}; lists and charts of the API use the pool of
 * {@link #read}.
 */
@ApplicationScoped
public class EngineDatabase {
  /**
   * The time after which every statement of any pool has ended: the longest statement_timeout is 25
   * s.
   */
  public static final Duration LONGER_THAN_A_STATEMENT = Duration.ofSeconds(35);

  private static final int DELETE_STEP = 5000;
  private static final Duration MAX_DELETE = Duration.ofSeconds(20);

  /**
   * The first run over a large table, or over many dead rows, takes longer than the time-out of a
   * call.
   */
  private static final String LONG_STATEMENTS = "set local statement_timeout = '25s'";

  /** Exceeds the statement time-out, so that no statement can commit after the client gave up. */
  private static final Duration MAX_ANSWER = Duration.ofSeconds(30);

  private final AgroalDataSource pool;
  private final SchemaState schema;
  private final ReadPool reads;
  private final ConnectionQuota quota;
  private final CallingApp app;
  private final DatabaseReachability reachability;

  public EngineDatabase(
      @DataSource("engine") AgroalDataSource pool,
      SchemaState schema,
      ReadPool reads,
      ConnectionQuota quota,
      CallingApp app,
      DatabaseReachability reachability) {
    this.pool = pool;
    this.schema = schema;
    this.reads = reads;
    this.quota = quota;
    this.app = app;
    this.reachability = reachability;
  }

  /**
   * Runs read-only work for a caller of the API, on a connection of the read pool.
   *
   * @throws ConnectionsInUseException if the app of the caller has used up its share of connections
   * @throws DatabaseException if a statement failed
   */
  public <T> T read(SqlWork<T> work) {
    requireSchema();
    reachability.require();
    return reads.run(work);
  }

  /**
   * As {@link #read}, for a caller without a token.
   *
   * @param share whose connections it uses: of an app, or a negative number of the caller's own
   */
  public <T> T readInShare(int share, SqlWork<T> work) {
    requireSchema();
    reachability.require();
    return reads.run(OptionalInt.of(share), work);
  }

  /**
   * Runs work with much computation on the rows that it reads, such as a page of large documents.
   * Such calls of one app wait for each other here, because each occupies a processor.
   *
   * @throws ConnectionsInUseException as {@link #read}
   */
  public <T> T readAndUse(Supplier<T> work) {
    return reads.inPlace(work);
  }

  /**
   * Runs work whose statements each commit separately; inside {@link LockWait#brief}, the whole
   * work is one transaction.
   *
   * @throws ConnectionsInUseException if the caller is an API call whose app has used up its share
   *     of the connections
   * @throws DatabaseException if a statement failed, or none was sent because of an outage or an
   *     unknown schema
   */
  public <T> T autocommit(SqlWork<T> work) {
    requireSchema();
    reachability.require();
    return quota
        .commands()
        .run(app.current(), () -> reachability.run(LockWait.isBrief() ? brief(work) : work, pool));
  }

  private static <T> SqlWork<T> brief(SqlWork<T> work) {
    return connection ->
        inTransaction(
            connection,
            open -> {
              SqlStatement.of(open, LockWait.BRIEF).update();
              return work.run(open);
            });
  }

  private void requireSchema() {
    if (!schema.isKnown()) {
      throw new DatabaseException(
          new SQLException("the schema is not known, or of a newer release"));
    }
  }

  /**
   * Runs work in one transaction, which is committed when this returns and rolled back if it
   * throws.
   *
   * @throws DatabaseException if a statement or the commit failed; after a failed commit the
   *     transaction may still have been committed
   */
  public <T> T transaction(SqlWork<T> work) {
    return autocommit(connection -> inTransaction(connection, work));
  }

  private static <T> T inTransaction(Connection connection, SqlWork<T> work) throws SQLException {
    if (!connection.getAutoCommit()) {
      // Inside a brief wait for locks, the transaction is already open.
      return work.run(connection);
    }
    connection.setAutoCommit(false);
    try {
      T result = work.run(connection);
      connection.commit();
      restoreAutoCommit(connection);
      return result;
    } catch (SQLException | RuntimeException | Error e) {
      rollBack(connection, e);
      throw e;
    }
  }

  /**
   * Runs the work in one transaction for housekeeping: each statement may take 25 s instead of 8 s.
   *
   * @throws DatabaseException if a statement or the commit failed
   */
  public <T> T maintenance(SqlWork<T> work) {
    return transaction(
        connection -> {
          int usual = connection.getNetworkTimeout();
          connection.setNetworkTimeout(Runnable::run, (int) MAX_ANSWER.toMillis());
          try {
            SqlStatement.of(connection, LONG_STATEMENTS).update();
            return work.run(connection);
          } finally {
            if (!connection.isClosed()) {
              connection.setNetworkTimeout(Runnable::run, usual);
            }
          }
        });
  }

  /**
   * Runs a delete until it finds less than a whole batch, for at most 20 seconds; the next run
   * continues. Batches are bounded, so no transaction holds its locks for long.
   *
   * @param statement a delete of at most as many rows as its last parameter
   * @param parameters the parameters before the last one
   * @return the number of deleted rows
   */
  public int deleteInSteps(String statement, Object... parameters) {
    long began = Ticker.SYSTEM.nanos();
    int total = 0;
    int deleted;
    do {
      deleted =
          maintenance(
              connection -> {
                SqlStatement step = SqlStatement.of(connection, statement);
                List.of(parameters).forEach(step::with);
                return step.with(DELETE_STEP).update();
              });
      total += deleted;
    } while (deleted == DELETE_STEP && Ticker.SYSTEM.nanos() - began < MAX_DELETE.toNanos());
    return total;
  }

  /** Rolls back before the return to autocommit, which would otherwise commit the changes. */
  private static void rollBack(Connection connection, Throwable cause) {
    try {
      connection.rollback();
      restoreAutoCommit(connection);
    } catch (SQLException | RuntimeException | Error e) {
      cause.addSuppressed(e);
      // Closing the connection makes the server roll back.
      ConnectionRegistry.discard(connection);
    }
  }

  private static void restoreAutoCommit(Connection connection) throws SQLException {
    // A broken connection accepts no setting; the pool discards it.
    if (!connection.isClosed()) {
      connection.setAutoCommit(true);
    }
  }
}
