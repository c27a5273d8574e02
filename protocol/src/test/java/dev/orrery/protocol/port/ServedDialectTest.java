package dev.orrery.protocol.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.port.PortPlan.PowerJobGateway;
import dev.orrery.protocol.port.PortPlan.Situation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServedDialectTest {
  @Test
  void servesOrreryWorkersOverActiveProtocols() {
    assertThat(ServedDialect.of(situation(Set.of(Protocol.HTTP), Set.of())))
        .containsExactly(
            new ServedDialect(Dialect.ORRERY, List.of(Protocol.HTTP), List.of("api", "http")));
    assertThat(ServedDialect.of(situation(Set.of(Protocol.AKKA, Protocol.HTTP), Set.of())))
        .containsExactly(
            new ServedDialect(
                Dialect.ORRERY,
                List.of(Protocol.HTTP, Protocol.AKKA),
                List.of("api", "http", "akka", "worker")));
  }

  @Test
  void servesPowerJobWorkersOverTheirOwnProtocols() {
    Set<Protocol> both = Set.of(Protocol.AKKA, Protocol.HTTP);
    assertThat(ServedDialect.of(situation(both, Set.of(Protocol.HTTP))))
        .hasSize(2)
        .endsWith(
            new ServedDialect(
                Dialect.POWERJOB, List.of(Protocol.HTTP), List.of("api", "http", "worker")));
    assertThat(ServedDialect.of(situation(Set.of(Protocol.HTTP), both)))
        .hasSize(2)
        .endsWith(
            new ServedDialect(
                Dialect.POWERJOB,
                List.of(Protocol.HTTP, Protocol.AKKA),
                List.of("api", "http", "powerjob-akka", "worker")));
    assertThat(ServedDialect.of(situation(both, Set.of(Protocol.AKKA))))
        .hasSize(2)
        .endsWith(
            new ServedDialect(
                Dialect.POWERJOB,
                List.of(Protocol.AKKA),
                List.of("api", "powerjob-akka", "worker")));
    assertThat(ServedDialect.of(situation(both, Set.of(Protocol.MU))))
        .hasSize(2)
        .endsWith(
            new ServedDialect(
                Dialect.POWERJOB, List.of(Protocol.MU), List.of("api", "powerjob-mu")));
  }

  @Test
  void namesOnlyOpenPortsOfThePlan() {
    Set<Protocol> both = Set.of(Protocol.AKKA, Protocol.HTTP);
    Situation situation = situation(both, both);
    List<String> open =
        PortPlan.of(PortPlan.Numbers.DEFAULTS, situation).stream()
            .filter(PortPlan.PlannedPort::open)
            .map(PortPlan.PlannedPort::name)
            .toList();

    assertThat(ServedDialect.of(situation))
        .allSatisfy(served -> assertThat(open).containsAll(served.ports()));
  }

  private static Situation situation(Set<Protocol> active, Set<Protocol> ofPowerJob) {
    return new Situation(active, false, new PowerJobGateway(ofPowerJob, Map.of()), Map.of());
  }
}
