package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.world.Member;
import dev.orrery.it.chaos.world.World;
import java.util.Random;

/** SIGTERM, as every update begins: it ends in good order and is started again. */
public record Terminate(Target target) implements Fault {

  @Override
  public String name() {
    return "terminate";
  }

  @Override
  public String strike(World world, Random random) {
    Member member = target.choose(world, random);
    member.terminate();
    member.start();
    return member.name();
  }
}
