package dev.orrery.bench.raw;

import dev.orrery.bench.BenchException;
import dev.orrery.bench.Scenario;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.raw.OwnClient.Target;
import dev.orrery.bench.server.BenchDatabase;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.server.StatementMeter;
import dev.orrery.bench.stack.BenchStack;
import dev.orrery.bench.stack.StackPool;
import dev.orrery.scheduler.base.database.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Measures the limit of the database for the scheduler's own statements: submit, claim and
 * complete, by plain JDBC, without API, dispatcher and agents.
 */
public final class RawOwn implements Scenario {
  private static final String TARGET =
      """
      select j.app_id, j.name, v.lane_id, v.priority
      from job j join job_version v on v.id = j.version_id where j.name = 'noop'
      """;

  private final DatabaseServer server;
  private final StackPool stacks;
  private final int instances;
  private BenchDatabase database;
  private Target target;

  public RawOwn(DatabaseServer server, StackPool stacks, int instances) {
    this.server = server;
    this.stacks = stacks;
    this.instances = instances;
  }

  @Override
  public void warmUp() throws Exception {
    database = server.create("raw_own");
    makeTables();
    measure();
  }

  /** Starts a scheduler, which creates the tables and today's partitions, and stops it again. */
  private void makeTables() throws SQLException, InterruptedException {
    BenchStack stack = stacks.on(database);
    stack.startScheduler();
    stack.app("bench").putNoopJob("noop");
    stack.close();
    try (Connection connection = server.onlook(database)) {
      target =
          SqlStatement.of(connection, TARGET)
              .first(
                  row ->
                      new Target(
                          row.getInt("app_id"),
                          row.getString("name"),
                          row.getInt("lane_id"),
                          row.getShort("priority")))
              .orElseThrow(() -> new BenchException("The job 'noop' does not exist"));
    }
  }

  @Override
  public int warmUps() {
    return 1;
  }

  @Override
  public Measurement measure() throws Exception {
    server.checkpoint();
    try (StatementMeter meter = new StatementMeter(server, database)) {
      StatementMeter.Reading before = meter.start();
      long completed = ClientGroup.run(new EngineConnectionFactory(database), this::run);
      StatementMeter.Reading after = meter.read();
      return Measurement.of(completed / after.secondsSince(before), after.since(before, completed))
          .with("instances", completed)
          .worst("lost", waiting());
    }
  }

  private long run(Connection connection) throws SQLException {
    OwnClient client = new OwnClient(connection, target);
    long completed = 0;
    int batches = Math.max(1, instances / ClientGroup.COUNT / ClientGroup.BATCH);
    for (int i = 0; i < batches; i++) {
      if (client.submit(ClientGroup.BATCH) != ClientGroup.BATCH) {
        throw new BenchException("Submission rejected");
      }
      completed += client.claimAndComplete();
    }
    // What others had locked when this one looked.
    int more;
    while ((more = client.claimAndComplete()) > 0) {
      completed += more;
    }
    return completed;
  }

  private long waiting() throws SQLException {
    try (Connection connection = server.onlook(database)) {
      return SqlStatement.of(connection, "select count(*) as n from instance")
          .first(row -> row.getLong("n"))
          .orElseThrow();
    }
  }
}
