package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.check.Facts.Outage;
import dev.orrery.it.chaos.world.TestCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Sends SIGSTOP to the whole database, and SIGCONT after longer than a check waits: connections
 * stay, new ones are accepted, and none gets a response.
 *
 * @param longest time after all replicas have noticed it
 */
public record FreezeDatabase(Duration longest, Consumer<Outage> outages) implements Fault {

  @Override
  public String name() {
    return "freeze-database";
  }

  @Override
  public String strike(TestCluster world, Random random) throws InterruptedException {
    Instant until;
    world.database().freeze();
    Instant from = Instant.now();
    try {
      Fault.last(NOTICED.plus(Fault.upTo(longest, random)));
    } finally {
      until = Instant.now();
      world.database().thaw();
    }
    outages.accept(new Outage(from, until));
    return "database";
  }
}
