package dev.orrery.scheduler.cluster;

import dev.orrery.protocol.VersionRange;
import java.util.List;

/** Selects the replicas with which this one must share a protocol version. This is a pure rule. */
final class ReplicaSeniority {
  private ReplicaSeniority() {}

  /**
   * What those speak that go before one: all that serve, and newcomers that came earlier and may
   * serve. A newcomer that is held back by one that serves stands in nobody's way: else a single
   * stray one would keep every later replica of a working fleet from getting ready.
   */
  static List<VersionRange> before(Replica own, List<Replica> others) {
    List<Replica> before = others.stream().filter(one -> one.goesBefore(own)).toList();
    List<VersionRange> serving =
        before.stream().filter(Replica::serves).map(one -> one.spoken().versions()).toList();
    return before.stream()
        .filter(one -> one.serves() || speaksWithAll(one.spoken().versions(), serving))
        .map(one -> one.spoken().versions())
        .toList();
  }

  private static boolean speaksWithAll(VersionRange own, List<VersionRange> others) {
    return others.stream().allMatch(other -> other.highestShared(own).isPresent());
  }
}
