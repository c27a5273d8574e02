package dev.orrery.bench.backlog;

import dev.orrery.bench.measure.DatabaseCost;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.server.StatementMeter;
import dev.orrery.bench.stack.BenchApp;
import dev.orrery.bench.stack.BenchStack;
import dev.orrery.bench.stack.SdkWorkerPool;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.testing.program.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Runs workers that claim the runs of one job for some seconds, while the same number of runs is
 * submitted.
 */
final class ClaimLoad {
  static final String JOB = "claimed";
  private static final int WORKERS = 4;
  private static final int CAPACITY = 100;

  private static final String CLAIM_MICROS =
      """
      select coalesce(sum(total_exec_time) * 1000 / nullif(sum(rows), 0), 0) as micros
      from pg_stat_statements
      where dbid = (select oid from pg_database where datname = ?) and query like '%skip locked%'
        and query like '%worker_session%'
      """;

  private static final String ENDED =
      """
      select count(*) as n from instance_history h join job j on j.id = h.job_id
      where j.name = ? and h.ended_at > ? and h.ended_at <= ?
      """;

  private final DatabaseServer server;
  private final BenchStack stack;
  private final BenchApp app;

  ClaimLoad(DatabaseServer server, BenchStack stack, BenchApp app) {
    this.server = server;
    this.stack = stack;
    this.app = app;
  }

  /**
   * A measured rate of claims.
   *
   * @param perSecond claimed and completed runs
   * @param claimMicros database time of claims per claimed run
   */
  record Rate(double perSecond, double claimMicros, DatabaseCost cost) {}

  Rate measure(Duration settle, Duration measured) throws Exception {
    StatementMeter.Reading before;
    StatementMeter.Reading after;
    double claimMicros;
    try (TopUp topUp = TopUp.start(app, JOB);
        SdkWorkerPool workers =
            SdkWorkerPool.connect(
                stack,
                app,
                WORKERS,
                CAPACITY,
                context -> {
                  topUp.started();
                  return null;
                });
        StatementMeter meter = new StatementMeter(server, stack.database());
        Connection look = server.onlook()) {
      Await.untilOrFailure(
          "the workers have claimed something",
          Duration.ofMinutes(1),
          Duration.ofMillis(20),
          topUp::hasSeenStarts);
      TimeUnit.MILLISECONDS.sleep(settle.toMillis());
      before = meter.start();
      TimeUnit.MILLISECONDS.sleep(measured.toMillis());
      after = meter.read();
      workers.requireAgreed();
      claimMicros = claimMicros(look);
    }
    long ended = ended(before, after);
    return new Rate(
        ended / after.secondsSince(before), claimMicros, after.since(before, Math.max(1, ended)));
  }

  private double claimMicros(Connection look) throws SQLException {
    return SqlStatement.of(look, CLAIM_MICROS)
        .withText(stack.database().name())
        .first(row -> row.getDouble("micros"))
        .orElseThrow();
  }

  private long ended(StatementMeter.Reading before, StatementMeter.Reading after)
      throws SQLException {
    try (Connection look = server.onlook(stack.database())) {
      return SqlStatement.of(look, ENDED)
          .withText(JOB)
          .withInstant(before.at())
          .withInstant(after.at())
          .first(row -> row.getLong("n"))
          .orElseThrow();
    }
  }
}
