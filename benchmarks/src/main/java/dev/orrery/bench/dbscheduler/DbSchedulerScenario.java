package dev.orrery.bench.dbscheduler;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.orrery.bench.Scenario;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.server.BenchDatabase;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.server.StatementMeter;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures db-scheduler in this process, on tasks that were stored before: submission is not
 * measured. Its polling strategy is lock-and-fetch, with the limits that its documentation
 * recommends for high throughput.
 */
public final class DbSchedulerScenario implements Scenario {
  /** Fewer than the threads: even so the server has more processes than processors. */
  private static final int CONNECTIONS = 40;

  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

  private final DatabaseServer server;
  private final Settings settings;
  private final AtomicLong executed = new AtomicLong();
  private BenchDatabase database;

  /**
   * @param lower below this multiple of the threads, more executions are fetched
   * @param upper fetches up to this multiple of the threads
   */
  public record Settings(int instances, int threads, double lower, double upper) {}

  public DbSchedulerScenario(DatabaseServer server, Settings settings) {
    this.server = server;
    this.settings = settings;
  }

  @Override
  public void warmUp() throws Exception {
    database = server.create("db_scheduler");
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        InputStream tables = getClass().getResourceAsStream("/db-scheduler.sql")) {
      statement.execute(new String(tables.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("The db-scheduler jar has no schema", e);
    }
    measure();
  }

  @Override
  public int warmUps() {
    return 1;
  }

  @Override
  public Measurement measure() throws Exception {
    fill();
    server.checkpoint();
    executed.set(0);
    try (HikariDataSource pool = pool();
        Connection look = server.onlook(database);
        StatementMeter meter = new StatementMeter(server, database)) {
      Scheduler scheduler = scheduler(pool);
      StatementMeter.Reading before = meter.start();
      scheduler.start();
      try {
        Await.untilOrFailure(
            "all tasks of db-scheduler are executed",
            Duration.ofSeconds(60 + settings.instances() / 200),
            POLL_INTERVAL,
            () -> executed.get() >= settings.instances() && waiting(look) == 0);
        return measurement(before, meter.read());
      } finally {
        scheduler.stop();
      }
    }
  }

  private Measurement measurement(StatementMeter.Reading before, StatementMeter.Reading after) {
    return Measurement.of(
            settings.instances() / after.secondsSince(before),
            after.since(before, settings.instances()))
        .with("instances", settings.instances())
        .with("threads", settings.threads())
        .worst("twice", executed.get() - settings.instances());
  }

  private Scheduler scheduler(HikariDataSource pool) {
    OneTimeTask<Void> task =
        Tasks.oneTime("noop").execute((instance, context) -> executed.incrementAndGet());
    return Scheduler.create(pool, task)
        .threads(settings.threads())
        .pollUsingLockAndFetch(settings.lower(), settings.upper())
        .pollingInterval(Duration.ofSeconds(1))
        .build();
  }

  private HikariDataSource pool() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setUsername(database.user());
    config.setPassword(database.password());
    config.setMaximumPoolSize(CONNECTIONS);
    return new HikariDataSource(config);
  }

  private void fill() throws SQLException {
    try (Connection connection = server.onlook(database);
        Statement statement = connection.createStatement()) {
      statement.execute("truncate scheduled_tasks");
      statement.execute(
          "insert into scheduled_tasks (task_name, task_instance, execution_time, picked, version)"
              + " select 'noop', n::text, statement_timestamp(), false, 1 from generate_series(1, "
              + settings.instances()
              + ") as n");
      statement.execute("vacuum analyze scheduled_tasks");
    }
  }

  private static long waiting(Connection connection) throws SQLException {
    return SqlStatement.of(connection, "select count(*) as n from scheduled_tasks")
        .first(row -> row.getLong("n"))
        .orElseThrow();
  }
}
