package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.check.Facts.Outage;
import dev.orrery.it.chaos.world.NetworkLink;
import dev.orrery.it.chaos.world.TestCluster;
import dev.orrery.it.harness.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * The database answers reads and refuses writes, for longer than a check waits.
 *
 * @param ways it begins in one of these
 * @param longest beyond the time in which all have noticed it
 */
public record MakeReadOnly(List<Way> ways, Duration longest, Consumer<Outage> outages)
    implements Fault {
  private static final String RELOAD = "select pg_reload_conf()";
  private static final Duration SOON = Duration.ofSeconds(30);

  /** How it begins and ends. */
  public enum Way {
    /** Connections stay, and refuse writes from now on. */
    ALL_SESSIONS("system"),

    /** Connections are cut, and the next ones refuse writes. */
    NEW_SESSIONS("database postgres");

    private final String altered;

    Way(String altered) {
      this.altered = altered;
    }

    private List<String> on() {
      return List.of("alter " + altered + " set default_transaction_read_only = on", RELOAD);
    }

    private List<String> off() {
      return List.of("alter " + altered + " reset default_transaction_read_only", RELOAD);
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
      execute(world, way.on());
      if (way == Way.NEW_SESSIONS) {
        world.ways().stream().filter(NetworkLink::isToDatabase).forEach(one -> one.proxy().cut());
      }
      from = Instant.now();
      Fault.last(NOTICED.plus(Fault.upTo(longest, random)));
    } finally {
      until = Instant.now();
      Await.until("the database takes writes", SOON, () -> execute(world, way.off()));
    }
    outages.accept(new Outage(from, until));
    return way.name();
  }

  private static boolean execute(TestCluster world, List<String> statements) throws SQLException {
    try (Connection connection = world.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("set default_transaction_read_only = off");
      for (String one : statements) {
        statement.execute(one);
      }
      return true;
    }
  }
}
