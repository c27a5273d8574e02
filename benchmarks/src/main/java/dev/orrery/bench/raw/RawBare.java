package dev.orrery.bench.raw;

import dev.orrery.bench.Scenario;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.server.BenchDatabase;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.server.StatementMeter;
import dev.orrery.scheduler.base.database.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;

/**
 * Measures the limit of the machine's database for a minimal claim and completion: two columns, no
 * stored result, no concurrent submissions. This code never changes, so that results stay
 * comparable.
 */
public final class RawBare implements Scenario {
  /**
   * Starts after the client's previous claim, because other clients were claiming the skipped rows.
   * So it does not walk over dead entries, and the rate does not depend on the number of rows. Uses
   * an array, because a join in this generic plan would read the whole index.
   */
  private static final String CLAIM =
      """
      update bare set state = 1
      where id = any(array(
        select id from bare where state = 0 and id > ? order by id limit ? for update skip locked))
      returning id
      """;

  private static final String COMPLETE = "delete from bare where id = any(?)";

  private final DatabaseServer server;
  private final int instances;
  private BenchDatabase database;

  public RawBare(DatabaseServer server, int instances) {
    this.server = server;
    this.instances = instances;
  }

  @Override
  public void warmUp() throws Exception {
    database = server.create("raw_bare");
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
    try (StatementMeter meter = new StatementMeter(server, database)) {
      StatementMeter.Reading before = meter.start();
      long completed =
          ClientGroup.run(new EngineConnectionFactory(database), RawBare::claimAndComplete);
      StatementMeter.Reading after = meter.read();
      return Measurement.of(completed / after.secondsSince(before), after.since(before, completed))
          .with("instances", instances)
          .worst("lost", instances - completed);
    }
  }

  private void fill() throws SQLException {
    try (Connection connection = server.onlook(database);
        Statement statement = connection.createStatement()) {
      statement.execute("drop table if exists bare");
      statement.execute("create table bare (id bigint primary key, state smallint not null)");
      statement.execute("alter table bare owner to " + database.user());
      statement.execute(
          "insert into bare select n, 0 from generate_series(1, " + instances + ") as n");
      statement.execute("vacuum analyze bare");
    }
  }

  private static long claimAndComplete(Connection connection) throws SQLException {
    long completed = 0;
    long last = 0;
    while (true) {
      List<Long> claimed =
          SqlStatement.of(connection, CLAIM)
              .with(last)
              .with(ClientGroup.BATCH)
              .list(row -> row.getLong("id"));
      if (claimed.isEmpty()) {
        return completed;
      }
      last = Collections.max(claimed);
      completed += SqlStatement.of(connection, COMPLETE).bigints(claimed).update();
    }
  }
}
