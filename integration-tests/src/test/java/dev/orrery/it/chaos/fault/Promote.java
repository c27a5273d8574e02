package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.check.Facts.Outage;
import dev.orrery.it.chaos.world.NetworkLink;
import dev.orrery.it.chaos.world.TestCluster;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.PostgresPair;
import dev.orrery.testing.program.Await;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Stops, kills or freezes the primary, promotes the synchronous standby after a while, and rebuilds
 * the old primary, which never wakes up, as its standby.
 *
 * @param longest time without a primary, and for which a frozen one keeps its connections
 * @param outages receives each promotion, however short, because it changes the timeline
 */
public record Promote(Duration longest, Consumer<Outage> outages) implements Fault {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** The fate of the primary. */
  private enum Loss {
    STOPPED,
    KILLED,
    /** Connections stay until they are cut. */
    FROZEN,
    /** Connections are cut once the standby is promoted, as a proxy does. */
    FROZEN_AND_CUT;

    void strike(Postgres primary) {
      switch (this) {
        case STOPPED -> primary.stopServer();
        case KILLED -> primary.kill();
        case FROZEN, FROZEN_AND_CUT -> primary.freeze();
        default -> throw new IllegalStateException(name());
      }
    }
  }

  @Override
  public String name() {
    return "promote";
  }

  @Override
  public String strike(TestCluster world, Random random) throws SQLException, InterruptedException {
    PostgresPair pair = world.pair().orElseThrow();
    Loss loss = Loss.values()[random.nextInt(Loss.values().length)];
    // A primary that was started again shows commits that its standby may not have.
    pair.awaitCaughtUp();
    Instant from = Instant.now();
    loss.strike(pair.primary());
    Fault.last(Fault.upTo(longest, random));
    Instant until = Instant.now();
    pair.promote();
    outages.accept(new Outage(from, until));
    if (loss == Loss.FROZEN_AND_CUT) {
      world.ways().stream().filter(NetworkLink::isToDatabase).forEach(way -> way.proxy().cut());
    }
    if (loss == Loss.FROZEN) {
      Fault.last(Fault.upTo(longest, random));
    }
    Await.until("the old primary is a standby", SOON, () -> rejoin(pair));
    return loss.name();
  }

  private static boolean rejoin(PostgresPair pair) throws SQLException {
    pair.rejoin();
    pair.synchronous(true);
    return true;
  }
}
