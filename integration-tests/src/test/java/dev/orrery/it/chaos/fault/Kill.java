package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.world.ClusterNode;
import dev.orrery.it.chaos.world.TestCluster;
import java.time.Duration;
import java.util.Random;

/** Sends SIGKILL; the process restarts after a while. */
public record Kill(Target target, Duration longest) implements Fault {

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public String strike(TestCluster world, Random random) throws InterruptedException {
    ClusterNode member = target.choose(world, random);
    member.kill();
    try {
      Fault.last(Fault.upTo(longest, random));
    } finally {
      member.start();
    }
    return member.name();
  }
}
