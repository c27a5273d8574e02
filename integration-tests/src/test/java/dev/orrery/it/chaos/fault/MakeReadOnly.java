package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.check.Facts.Outage;
import dev.orrery.it.chaos.world.NetworkLink;
import dev.orrery.it.chaos.world.TestCluster;
import dev.orrery.testing.program.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Makes the database read-only for longer than a check waits.
 *
 * @param ways how it may begin
 * @param longest time after all replicas have noticed it
 */
public record MakeReadOnly(List<Way> ways, Duration longest, Consumer<Outage> outages)
    implements Fault {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** How it begins and ends. */
  public enum Way {
    /** Connections stay, and refuse writes. */
    ALL_SESSIONS(
        "alter system set default_transaction_read_only = on; select pg_reload_conf()",
        "alter system reset default_transaction_read_only; select pg_reload_conf()"),

    /** Connections are cut, and new ones refuse writes. */
    NEW_SESSIONS(
        "alter database postgres set default_transaction_read_only = on",
        "alter database postgres reset default_transaction_read_only");

    private final String on;
    private final String off;

    Way(String on, String off) {
      this.on = on;
      this.off = off;
    }
  }

  @Override
  public String name() {
    return "read-only";
  }

  @Override
  public String strike(TestCluster world, Random random) throws SQLException, InterruptedException {
    Way way = ways.get(random.nextInt(ways.size()));
    Instant from;
    Instant until;
    try {
      execute(world, way.on);
      if (way == Way.NEW_SESSIONS) {
        world.ways().stream().filter(NetworkLink::isToDatabase).forEach(one -> one.proxy().cut());
      }
      from = Instant.now();
      Fault.last(NOTICED.plus(Fault.upTo(longest, random)));
    } finally {
      until = Instant.now();
      Await.until("the database takes writes", SOON, () -> execute(world, way.off));
    }
    outages.accept(new Outage(from, until));
    return way.name();
  }

  /** Executes one by one, because server settings cannot be changed in a transaction. */
  private static boolean execute(TestCluster world, String statements) throws SQLException {
    try (Connection connection = world.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("set default_transaction_read_only = off");
      for (String one : statements.split("; ", -1)) {
        statement.execute(one);
      }
      return true;
    }
  }
}
