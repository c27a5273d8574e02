package dev.orrery.scheduler.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.VersionRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaSeniorityTest {
  private static final VersionRange ONE = new VersionRange(1, 1);
  private static final VersionRange TWO = new VersionRange(2, 2);

  private final Replica own = Replicas.joined(9, false, true, "STARTING");

  @Test
  void ranksServingReplicasAndEarlierNewcomersFirst() {
    Replica serves = speaking(new VersionRange(1, 2), Replicas.joined(1, true, true));
    Replica earlier = speaking(TWO, Replicas.joined(8, false, true, "VERSIONS_DISJOINT"));
    Replica later = speaking(TWO, Replicas.joined(10, false, true, "STARTING"));

    assertThat(ReplicaSeniority.before(own, List.of(serves, earlier, later)))
        .containsExactly(serves.spoken().versions(), TWO);
  }

  @Test
  void ignoresNewcomerBlockedByServingReplica() {
    Replica serves = speaking(ONE, Replicas.joined(1, true, true));
    Replica stray = speaking(TWO, Replicas.joined(8, false, true, "VERSIONS_DISJOINT"));

    assertThat(ReplicaSeniority.before(own, List.of(stray, serves))).containsExactly(ONE);
  }

  @Test
  void ignoresLostReplicaThatWasServing() {
    Replica lost = speaking(ONE, Replicas.joined(1, true, false));
    Replica earlier = speaking(TWO, Replicas.joined(8, false, true, "VERSIONS_DISJOINT"));

    assertThat(ReplicaSeniority.before(own, List.of(lost, earlier))).containsExactly(TWO);
  }

  private static Replica speaking(VersionRange versions, Replica one) {
    return Replicas.like(
        one,
        one.spoken().softwareVersion(),
        one.spoken().protocols(),
        one.spoken().main(),
        versions,
        0);
  }

  /** Each would keep the other two back if all three did not serve. */
  @Test
  void ranksAllServingReplicasFirstDespiteDisjointVersions() {
    Replica serves = speaking(ONE, Replicas.joined(1, true, true));
    Replica alsoServes = speaking(TWO, Replicas.joined(2, true, true));

    assertThat(ReplicaSeniority.before(own, List.of(serves, alsoServes))).containsExactly(ONE, TWO);
  }

  @Test
  void ranksEarlierNewcomersFirstDespiteDisjointVersions() {
    Replica first = speaking(ONE, Replicas.joined(7, false, true, "STARTING"));
    Replica second = speaking(TWO, Replicas.joined(8, false, true, "STARTING"));

    assertThat(ReplicaSeniority.before(own, List.of(first, second))).containsExactly(ONE, TWO);
  }
}
