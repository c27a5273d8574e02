package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.world.ClusterNode;
import dev.orrery.it.chaos.world.TestCluster;
import java.time.Duration;
import java.util.Random;

/** Sends SIGSTOP, and SIGCONT after a while, without notice to the process. */
public record Freeze(Target target, Duration longest) implements Fault {

  @Override
  public String name() {
    return "freeze";
  }

  @Override
  public String strike(TestCluster world, Random random) throws InterruptedException {
    ClusterNode member = target.choose(world, random);
    member.pause();
    try {
      Fault.last(Fault.upTo(longest, random));
    } finally {
      member.resume();
    }
    return member.name();
  }
}
