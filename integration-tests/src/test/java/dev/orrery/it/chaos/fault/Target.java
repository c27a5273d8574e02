package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.world.Member;
import dev.orrery.it.chaos.world.World;
import java.util.List;
import java.util.Random;

/** Which processes a fault strikes. */
public enum Target {
  REPLICA,
  AGENT;

  Member choose(World world, Random random) {
    List<Member> all = this == REPLICA ? world.replicas() : world.agents();
    return all.get(random.nextInt(all.size()));
  }
}
