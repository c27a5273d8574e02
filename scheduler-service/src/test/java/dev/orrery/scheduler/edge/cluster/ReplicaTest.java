package dev.orrery.scheduler.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks which of two replicas serves if they cannot serve together. */
class ReplicaTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      useHeadersInDisplayName = true,
      textBlock =
          """
          other joined | other serves | other live | other unready     | own joined | own serves | other goes first
          1            | true         | true       | -                 | 2          | false      | true
          2            | true         | true       | -                 | 1          | false      | true
          1            | true         | true       | -                 | 2          | true       | false
          1            | true         | false      | -                 | 2          | false      | false
          1            | false        | true       | STARTING          | 2          | false      | true
          2            | false        | true       | STARTING          | 1          | false      | false
          1            | false        | true       | VERSIONS_DISJOINT | 2          | false      | true
          1            | false        | true       | LACKS_PROTOCOL    | 2          | false      | false
          1            | false        | true       | NOT_LISTENING     | 2          | false      | false
          1            | false        | true       | -                 | 2          | true       | false
          """)
  void ranksServingReplicaThenEarlierReplicaFirst(
      int otherJoined,
      boolean otherServes,
      boolean otherLive,
      String otherUnready,
      int ownJoined,
      boolean ownServes,
      boolean first) {
    Replica other =
        otherUnready == null
            ? Replicas.joined(otherJoined, otherServes, otherLive)
            : Replicas.joined(otherJoined, otherServes, otherLive, otherUnready);
    Replica own = Replicas.joined(ownJoined, ownServes, true);

    assertThat(other.isSeniorTo(own)).isEqualTo(first);
  }

  @Test
  void ranksExactlyOneOfTwoSimultaneousReplicasFirst() {
    Replica one = Replicas.joined(1, false, true, "STARTING");
    Replica twin =
        new Replica(
            new java.util.UUID(0, 99),
            one.address(),
            one.spoken(),
            0,
            one.startedAt(),
            one.joinedAt(),
            null,
            one.unready(),
            one.seenAt(),
            true);

    assertThat(one.isSeniorTo(twin)).isNotEqualTo(twin.isSeniorTo(one));
  }

  @Test
  void reportsReadyWhenServingWithoutUnreadyReasons() {
    assertThat(Replicas.joined(1, true, true).isReady()).isTrue();
    assertThat(Replicas.joined(1, false, true, "STARTING").isReady()).isFalse();
    assertThat(Replicas.joined(1, true, true).as(false, List.of("X")).isReady()).isFalse();
  }

  @Test
  void countsReplicaAsServingOnceItIsReady() {
    Replica newcomer = Replicas.joined(2, false, true, "STARTING");

    assertThat(newcomer.as(true, List.of()).servingSince()).isNotNull();
    assertThat(newcomer.as(true, List.of()).isReady()).isTrue();
    assertThat(Replicas.joined(2, true, true).as(false, List.of("X")).servingSince()).isNull();
  }
}
