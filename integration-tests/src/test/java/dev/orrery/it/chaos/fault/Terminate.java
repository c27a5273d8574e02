package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.world.ClusterNode;
import dev.orrery.it.chaos.world.TestCluster;
import java.util.Random;

/** Sends SIGTERM, as every update does: the process ends gracefully and is restarted. */
public record Terminate(Target target) implements Fault {

  @Override
  public String name() {
    return "terminate";
  }

  @Override
  public String strike(TestCluster world, Random random) {
    ClusterNode member = target.choose(world, random);
    member.terminate();
    member.start();
    return member.name();
  }
}
