package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.world.TestCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/**
 * Other clients take all connections that the database allows, and the replicas' connections are
 * ended, so that they cannot reconnect for a while.
 */
public record ExhaustConnections(Duration longest) implements Fault {
  private static final int MORE_THAN_THERE_ARE = 200;

  @Override
  public String name() {
    return "no-connections";
  }

  @Override
  public String strike(TestCluster world, Random random) throws SQLException, InterruptedException {
    Deque<Connection> taken = new ArrayDeque<>();
    try {
      taken.add(connect(world));
      for (int round = 0; round < 3; round++) {
        takeAll(world, taken);
        end(taken.getFirst());
        takeAll(world, taken);
      }
      Fault.last(Fault.upTo(longest, random));
    } finally {
      for (Connection connection : taken) {
        connection.close();
      }
    }
    return taken.size() + " connections";
  }

  private static void takeAll(TestCluster world, Deque<Connection> taken) {
    try {
      for (int i = 0; i < MORE_THAN_THERE_ARE; i++) {
        taken.add(connect(world));
      }
    } catch (SQLException e) {
      // All are taken.
    }
  }

  private static Connection connect(TestCluster world) throws SQLException {
    Connection connection = world.database().connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("set application_name = 'stranger'");
    }
    return connection;
  }

  private static void end(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where backend_type = 'client backend' and application_name <> 'stranger'");
    }
  }
}
