package dev.orrery.bench.recovery;

import dev.orrery.bench.stack.BenchApp;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.testing.program.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/**
 * Submits runs that last longer than the measurement, and observes their attempts in the database.
 */
final class LongRunObserver {
  private static final String LONG_JOB = "long";
  private static final String SHORT_JOB = "short";
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final Connection connection;
  private final BenchApp app;

  /** Submits the runs and waits until all are running. */
  LongRunObserver(Connection connection, BenchApp app, int count) throws InterruptedException {
    this.connection = connection;
    this.app = app;
    app.putNoopJob(SHORT_JOB);
    app.putJob(LONG_JOB, "{\"processor\":{\"type\":\"noop\",\"sleep\":\"PT1H\"}}");
    app.submit("{\"instances\":[{\"job\":\"" + LONG_JOB + "\",\"count\":" + count + "}]}");
    Await.untilOrFailure("all runs have started", TIMEOUT, POLL_INTERVAL, () -> running() == count);
  }

  Instant clock() throws SQLException {
    return instant("select clock_timestamp() as value");
  }

  long running() throws SQLException {
    return number("select count(*) as value from instance where state = 3");
  }

  long attempts() throws SQLException {
    return number("select sum(attempt) as value from instance");
  }

  long heldBy(String worker) throws SQLException {
    return SqlStatement.of(
            connection,
            "select count(*) as value from instance i join worker_session s on s.id = i.session_id"
                + " where s.worker = ?")
        .withText(worker)
        .first(row -> row.getLong("value"))
        .orElseThrow();
  }

  void awaitStartedAgain(long count) throws InterruptedException {
    String again = "select count(*) as value from instance where state = 3 and attempt = 2";
    Await.untilOrFailure(
        "what was held runs again", TIMEOUT, POLL_INTERVAL, () -> number(again) == count);
  }

  Instant lastStart() throws SQLException {
    return instant("select max(started_at) as value from instance");
  }

  /** Starts one instance; returns its end. */
  Instant endOfNewRun() throws InterruptedException, SQLException {
    app.run(SHORT_JOB, "{}");
    Await.untilOrFailure(
        "a new run has ended",
        TIMEOUT,
        POLL_INTERVAL,
        () -> number("select count(*) as value from instance_history") == 1);
    return instant("select max(ended_at) as value from instance_history");
  }

  private long number(String query) throws SQLException {
    return SqlStatement.of(connection, query).first(row -> row.getLong("value")).orElseThrow();
  }

  private Instant instant(String query) throws SQLException {
    return SqlStatement.of(connection, query)
        .first(row -> SqlStatement.instant(row, "value"))
        .orElseThrow();
  }
}
