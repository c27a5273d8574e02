package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.check.Facts.Outage;
import dev.orrery.it.chaos.world.NetworkLink;
import dev.orrery.it.chaos.world.TestCluster;
import dev.orrery.it.harness.CuttingProxy.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Makes all links to the database half-open for longer than a check waits. For a lane without other
 * faults of these links.
 *
 * @param longest time after all replicas have noticed it
 */
public record CutOffDatabase(Duration longest, Consumer<Outage> outages) implements Fault {

  @Override
  public String name() {
    return "half-open-database";
  }

  @Override
  public String strike(TestCluster world, Random random) throws InterruptedException {
    List<NetworkLink> ways = world.ways().stream().filter(NetworkLink::isToDatabase).toList();
    Instant until;
    ways.forEach(way -> way.proxy().turn(Mode.HALF_OPEN));
    Instant from = Instant.now();
    try {
      Fault.last(NOTICED.plus(Fault.upTo(longest, random)));
    } finally {
      until = Instant.now();
      ways.forEach(way -> way.proxy().turn(Mode.OPEN));
    }
    outages.accept(new Outage(from, until));
    return ways.toString();
  }
}
