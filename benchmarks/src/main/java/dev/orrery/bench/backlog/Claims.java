package dev.orrery.bench.backlog;

import dev.orrery.bench.Await;
import dev.orrery.bench.measure.Cost;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.server.Meter;
import dev.orrery.bench.stack.App;
import dev.orrery.bench.stack.SdkSessions;
import dev.orrery.bench.stack.Stack;
import dev.orrery.scheduler.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Workers that claim one job's runs for some seconds, with as many submitted meanwhile. */
final class Claims {
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
  private final Stack stack;
  private final App app;

  Claims(DatabaseServer server, Stack stack, App app) {
    this.server = server;
    this.stack = stack;
    this.app = app;
  }

  /**
   * What was measured.
   *
   * @param perSecond runs that were claimed and have ended
   * @param claimMicros the database's time for a claim, for each run that it gave
   */
  record Rate(double perSecond, double claimMicros, Cost cost) {}

  Rate measure(Duration settle, Duration measured) throws Exception {
    Meter.Reading before;
    Meter.Reading after;
    double claimMicros;
    try (TopUp topUp = TopUp.start(app, JOB);
        SdkSessions workers =
            SdkSessions.connect(
                stack,
                app,
                WORKERS,
                CAPACITY,
                context -> {
                  topUp.started();
                  return null;
                });
        Meter meter = new Meter(server, stack.database());
        Connection look = server.onlook()) {
      Await.until(
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
    return Sql.of(look, CLAIM_MICROS)
        .withText(stack.database().name())
        .first(row -> row.getDouble("micros"))
        .orElseThrow();
  }

  private long ended(Meter.Reading before, Meter.Reading after) throws SQLException {
    try (Connection look = server.onlook(stack.database())) {
      return Sql.of(look, ENDED)
          .withText(JOB)
          .withInstant(before.at())
          .withInstant(after.at())
          .first(row -> row.getLong("n"))
          .orElseThrow();
    }
  }
}
