package dev.orrery.scheduler.edge.cluster;

import dev.orrery.protocol.VersionRange;
import java.util.List;

/** Selects the replicas that must share an API version with this one. This is a pure rule. */
final class ReplicaSeniority {
  private ReplicaSeniority() {}

  /**
   * Returns the API versions of all replicas that are senior to this one: serving replicas, and
   * earlier newcomers that may serve. Ignores a newcomer that shares no version with a serving
   * replica: otherwise a single stray replica would keep every later one from getting ready.
   */
  static List<VersionRange> before(Replica own, List<Replica> others) {
    List<Replica> before = others.stream().filter(replica -> replica.isSeniorTo(own)).toList();
    List<VersionRange> serving =
        before.stream()
            .filter(Replica::serves)
            .map(replica -> replica.spoken().versions())
            .toList();
    return before.stream()
        .filter(replica -> replica.serves() || speaksWithAll(replica.spoken().versions(), serving))
        .map(replica -> replica.spoken().versions())
        .toList();
  }

  private static boolean speaksWithAll(VersionRange own, List<VersionRange> others) {
    return others.stream().allMatch(other -> other.highestShared(own).isPresent());
  }
}
