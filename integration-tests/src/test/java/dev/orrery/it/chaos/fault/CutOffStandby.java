package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.check.Facts.Outage;
import dev.orrery.it.chaos.world.TestCluster;
import dev.orrery.it.harness.CuttingProxy.Mode;
import dev.orrery.it.harness.PostgresPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Cuts the synchronous standby off from the log, so no commit ends, and reads succeed.
 *
 * @param longest time after all replicas have noticed it
 */
public record CutOffStandby(Duration longest, Consumer<Outage> outages) implements Fault {

  @Override
  public String name() {
    return "no-standby";
  }

  @Override
  public String strike(TestCluster world, Random random) throws InterruptedException {
    PostgresPair pair = world.pair().orElseThrow();
    Instant until;
    pair.replication().turn(Mode.REFUSING);
    Instant from = Instant.now();
    try {
      Fault.last(NOTICED.plus(Fault.upTo(longest, random)));
    } finally {
      until = Instant.now();
      pair.replication().turn(Mode.OPEN);
    }
    outages.accept(new Outage(from, until));
    return "standby";
  }
}
