package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.check.Facts.Outage;
import dev.orrery.it.chaos.world.TestCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.Consumer;

/**
 * SIGSTOP of the whole database, and SIGCONT: connections stay, are accepted too, and get no answer
 * for longer than a check waits.
 *
 * @param longest beyond the time in which all have noticed it
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
