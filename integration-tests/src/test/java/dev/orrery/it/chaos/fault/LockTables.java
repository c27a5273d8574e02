package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.world.TestCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Holds an exclusive lock, so that every pooled connection waits. */
public record LockTables(Duration longest) implements Fault {
  private static final List<String> TABLES =
      List.of("instance", "worker_session", "trigger", "instance_history", "job_concurrency");

  @Override
  public String name() {
    return "lock";
  }

  @Override
  public String strike(TestCluster world, Random random) throws SQLException, InterruptedException {
    String table = TABLES.get(random.nextInt(TABLES.size()));
    try (Connection connection = world.database().connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("lock table " + table + " in access exclusive mode");
      Fault.last(Fault.upTo(longest, random));
      connection.rollback();
    }
    return table;
  }
}
