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
 * @param outages is told of those that were long enough to be noticed by everybody
 */
public record RestartDatabase(Duration longest, Consumer<Outage> outages) implements Fault {
  /** Whoever looks once a second has missed some looks, and whoever was frozen sees the gap. */
  public static final Duration NOTICED = Duration.ofSeconds(6);

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
    Instant until = startOf(world);
    if (Duration.between(from, until).compareTo(NOTICED) >= 0) {
      outages.accept(new Outage(from, until));
    }
    return "database";
  }

  /** By the server's own word; nobody could reach it before. */
  private static Instant startOf(TestCluster world) throws SQLException {
    try (Connection connection = world.database().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_postmaster_start_time()")) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }
}
