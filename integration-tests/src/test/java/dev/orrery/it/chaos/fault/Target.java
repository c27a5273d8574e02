package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.world.ClusterNode;
import dev.orrery.it.chaos.world.TestCluster;
import java.util.List;
import java.util.Random;

/** The processes that a fault affects. */
public enum Target {
  REPLICA,
  AGENT;

  ClusterNode choose(TestCluster world, Random random) {
    List<ClusterNode> all = this == REPLICA ? world.replicas() : world.agents();
    return all.get(random.nextInt(all.size()));
  }
}
