package dev.orrery.it.chaos.load;

import dev.orrery.it.chaos.world.ClusterNode;
import dev.orrery.it.chaos.world.TestCluster;
import dev.orrery.testing.BrokenRules;
import java.util.List;
import java.util.stream.Stream;

/** Finds log lines in which processes report a violation of their own invariants. */
public final class Complaints {
  private Complaints() {}

  public static List<String> of(TestCluster world) {
    return world.members().flatMap(Complaints::of).toList();
  }

  private static Stream<String> of(ClusterNode member) {
    return member.outputs().stream()
        .flatMap(output -> BrokenRules.in(output).stream())
        .map(line -> member.name() + ": " + line);
  }
}
