package dev.orrery.scheduler.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.VersionRange;
import dev.orrery.scheduler.engine.agreement.ReplicaDifference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaComparisonTest {
  private static final VersionRange ONE = new VersionRange(1, 1);

  private final Replica own = Replicas.joined(1, true, true);
  private final Replica other = Replicas.joined(2, true, true);

  @Test
  void findsNoDifferencesBetweenEqualReplicas() {
    assertThat(found(other, LinkState.State.REACHED)).isEmpty();
    assertThat(found(other, LinkState.State.NOT_YET)).isEmpty();
    assertThat(ReplicaComparison.of(own, List.of(other), Map.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "UNREACHABLE, CLUSTER_PORT_UNREACHABLE, orrery.cluster.port",
    "SECRET_DIFFERS, CLUSTER_SECRET_DIFFERS, orrery.cluster.secret",
    "ADDRESS_TAKEN, CLUSTER_ADDRESS_TAKEN, orrery.cluster.advertised-address",
  })
  void namesUnreachableReplicaAndPortWithoutAddress(
      LinkState.State state, String code, String setting) {
    assertThat(found(other, state))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.code()).isEqualTo(code);
              assertThat(one.replica()).isEqualTo(other.shortName());
              assertThat(one.detail()).contains("port 10020", setting).doesNotContain("10.0.0.2");
            });
  }

  @Test
  void listsDifferencesWithValuesOfBothReplicas() {
    Replica different =
        Replicas.like(other, "1.1", List.of("akka", "http"), "akka", new VersionRange(1, 2), 2500);

    assertThat(found(different, LinkState.State.REACHED))
        .extracting(one -> one.code() + " " + one.detail())
        .containsExactly(
            "SOFTWARE_DIFFERS software: 1.0 here, 1.1 there",
            "PROTOCOLS_DIFFER orrery.protocols.active: [http] here, [akka, http] there",
            "MAIN_DIFFERS orrery.protocols.main: http here, akka there",
            "VERSIONS_DIFFER API versions: 1 here, 1..2 there",
            "CLOCK_DIFFERS Its clock is 2500 ms ahead");
  }

  @Test
  void ignoresProtocolOrderAndSmallClockSkew() {
    Replica both = Replicas.like(own, "1.0", List.of("http", "akka"), "http", ONE, 0);
    Replica turned = Replicas.like(other, "1.0", List.of("akka", "http"), "http", ONE, -1000);

    assertThat(ReplicaComparison.of(both, List.of(turned), Map.of())).isEmpty();
  }

  @Test
  void ignoresReplicaThatIsNotLive() {
    assertThat(found(Replicas.joined(2, true, false), LinkState.State.UNREACHABLE)).isEmpty();
  }

  private List<ReplicaDifference> found(Replica replica, LinkState.State state) {
    return ReplicaComparison.of(
        own, List.of(replica), Map.of(replica.id(), new LinkState(state, null)));
  }

  @Test
  void reportsDifferentSchemaAndSlowClock() {
    Replica different =
        new Replica(
            other.id(),
            other.address(),
            new SupportedProtocols(
                other.spoken().softwareVersion(),
                "6",
                other.spoken().protocols(),
                other.spoken().main(),
                other.spoken().versions()),
            -2500,
            other.startedAt(),
            other.joinedAt(),
            other.servingSince(),
            other.unready(),
            other.seenAt(),
            other.live());

    assertThat(found(different, LinkState.State.REACHED))
        .extracting(one -> one.code() + " " + one.detail())
        .containsExactly(
            "SCHEMA_DIFFERS schema step: 5 here, 6 there",
            "CLOCK_DIFFERS Its clock is 2500 ms behind");
  }

  @Test
  void ignoresProtocolOrderOfPeer() {
    Replica both = Replicas.like(own, "1.0", List.of("akka", "http"), "http", ONE, 0);
    Replica turned = Replicas.like(other, "1.0", List.of("http", "akka"), "http", ONE, 0);

    assertThat(ReplicaComparison.of(both, List.of(turned), Map.of())).isEmpty();
  }
}
