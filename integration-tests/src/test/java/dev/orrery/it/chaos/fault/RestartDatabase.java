package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.check.Facts.Outage;
import dev.orrery.it.chaos.world.TestCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Random;
import java.util.function.Consumer;

/**
 * {@code pg_ctl stop -m immediate}, and a start after a while.
 *
 * @param outages receives each restart, however short, because the server reports its new start
 */
public record RestartDatabase(Duration longest, Consumer<Outage> outages) implements Fault {
  @Override
  public String name() {
    return "restart";
  }

  @Override
  public String strike(TestCluster world, Random random) throws SQLException, InterruptedException {
    Instant from = Instant.now();
    world.database().stopImmediately();
    try {
      Fault.last(Fault.upTo(longest, random));
    } finally {
      world.database().startServer();
    }
    outages.accept(new Outage(from, startOf(world)));
    return "database";
  }

  /** Returns the server's own start time; it was unreachable before. */
  private static Instant startOf(TestCluster world) throws SQLException {
    try (Connection connection = world.database().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_postmaster_start_time()")) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }
}
