package dev.orrery.protocol.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.port.PortPlan.Situation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServedDialectTest {
  @Test
  void servesOrreryWorkersOverActiveProtocols() {
    assertThat(ServedDialect.of(situation(Set.of(Protocol.HTTP), false)))
        .containsExactly(
            new ServedDialect(Dialect.ORRERY, List.of(Protocol.HTTP), List.of("api", "http")));
    assertThat(ServedDialect.of(situation(Set.of(Protocol.AKKA, Protocol.HTTP), false)))
        .containsExactly(
            new ServedDialect(
                Dialect.ORRERY,
                List.of(Protocol.HTTP, Protocol.AKKA),
                List.of("api", "http", "akka", "worker")));
  }

  @Test
  void servesPowerJobWorkersOnlyOverHttp() {
    assertThat(ServedDialect.of(situation(Set.of(Protocol.AKKA, Protocol.HTTP), true)))
        .hasSize(2)
        .endsWith(
            new ServedDialect(
                Dialect.POWERJOB, List.of(Protocol.HTTP), List.of("api", "http", "worker")));
  }

  @Test
  void namesOnlyOpenPortsOfThePlan() {
    Situation situation = situation(Set.of(Protocol.AKKA, Protocol.HTTP), true);
    List<String> open =
        PortPlan.of(PortPlan.Numbers.DEFAULTS, situation).stream()
            .filter(PortPlan.PlannedPort::open)
            .map(PortPlan.PlannedPort::name)
            .toList();

    assertThat(ServedDialect.of(situation))
        .allSatisfy(served -> assertThat(open).containsAll(served.ports()));
  }

  private static Situation situation(Set<Protocol> active, boolean powerJob) {
    return new Situation(active, false, powerJob, Map.of());
  }
}
