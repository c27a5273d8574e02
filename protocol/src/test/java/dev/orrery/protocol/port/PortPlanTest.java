package dev.orrery.protocol.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.port.PortPlan.Numbers;
import dev.orrery.protocol.port.PortPlan.PlannedPort;
import dev.orrery.protocol.port.PortPlan.PowerJobGateway;
import dev.orrery.protocol.port.PortPlan.Situation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortPlanTest {
  @Test
  void plansEveryPort() {
    List<PlannedPort> plan = plan("http", false, Map.of());

    assertThat(plan)
        .extracting(PlannedPort::name, PlannedPort::number, PlannedPort::side)
        .containsExactlyInAnyOrder(
            tuple("api", 7700, "scheduler"),
            tuple("http", 10010, "scheduler"),
            tuple("akka", 10086, "scheduler"),
            tuple("powerjob-akka", 10086, "scheduler"),
            tuple("powerjob-mu", 10077, "scheduler"),
            tuple("cluster", 10020, "scheduler"),
            tuple("management", 9000, "scheduler"),
            tuple("agent-management", 9100, "agent"),
            tuple("worker", 27777, "agent"));
  }

  @Test
  void plansConsoleOnApiPort() {
    assertThat(plan("http", false, Map.of()))
        .filteredOn(port -> port.carries().contains("console"))
        .extracting(PlannedPort::name, PlannedPort::dialedBy)
        .containsExactly(tuple("api", "browsers, clients, CI; workers for discovery"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http      | false | 0 | 0 | api              | true  | false | api must stay open: users and clients call it
          http      | false | 0 | 0 | management       | true  | false | management must stay open: probes use it
          http      | false | 0 | 0 | agent-management | true  | false | agent-management must stay open: probes use it
          http      | false | 0 | 0 | http             | true  | false | http must stay open: it is active; take it out of orrery.protocols.active first
          http      | false | 1 | 0 | http             | true  | false | http must stay open: 1 worker uses it
          http      | false | 2 | 0 | http             | true  | false | http must stay open: 2 workers use it
          http      | false | 0 | 0 | akka             | false | true  | akka may be closed: not active
          http      | false | 0 | 3 | akka             | false | false | akka must stay open: 3 workers use it
          http,akka | false | 0 | 0 | akka             | true  | false | akka must stay open: it is active; take it out of orrery.protocols.active first
          akka      | false | 0 | 0 | http             | false | true  | http may be closed: not active
          http      | false | 0 | 0 | worker           | false | true  | worker may be closed: akka is not active
          http,akka | false | 0 | 0 | worker           | true  | false | worker must stay open: the scheduler dials akka workers
          http      | false | 0 | 0 | cluster          | false | true  | cluster may be closed: cluster mode is off
          http      | true  | 0 | 0 | cluster          | true  | false | cluster must stay open: cluster mode is on
          """)
  void decidesWhichPortsAreOpenAndWhichMayBeClosed(
      String active,
      boolean cluster,
      int httpSessions,
      int akkaSessions,
      String name,
      boolean open,
      boolean mayBeClosed,
      String reason) {
    PlannedPort port =
        named(
            name,
            plan(
                active, cluster, Map.of(Protocol.HTTP, httpSessions, Protocol.AKKA, akkaSessions)));

    assertThat(port.open()).isEqualTo(open);
    assertThat(port.mayBeClosed()).isEqualTo(mayBeClosed);
    assertThat(port.reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http      | worker must stay open: the scheduler dials PowerJob workers
          http,akka | worker must stay open: the scheduler dials PowerJob workers and akka workers
          """)
  void keepsWorkerPortOpenForPowerJob(String active, String reason) {
    List<PlannedPort> plan =
        PortPlan.of(
            Numbers.DEFAULTS,
            new Situation(
                new HashSet<>(Protocol.parseList(active)),
                false,
                new PowerJobGateway(Set.of(Protocol.HTTP), Map.of()),
                Map.of()));

    PlannedPort worker = named("worker", plan);
    assertThat(worker.open()).isTrue();
    assertThat(worker.mayBeClosed()).isFalse();
    assertThat(worker.reason()).isEqualTo(reason);
    assertThat(open(plan)).isEqualTo(open(plan(active, false, Map.of())));
    assertThat(named("http", plan).reason())
        .endsWith("take it out of orrery.powerjob.protocols and orrery.protocols.active first");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          powerjob-akka | http      | 0 | false | true  | may be closed: not active
          powerjob-akka | http      | 2 | false | false | must stay open: 2 workers use it
          powerjob-akka | http,akka | 0 | true  | false | must stay open: it is active; take it out of orrery.powerjob.protocols first
          powerjob-akka | http,akka | 1 | true  | false | must stay open: 1 worker uses it
          powerjob-akka | akka,mu   | 0 | true  | false | must stay open: it is active; take it out of orrery.powerjob.protocols first
          powerjob-mu   | http,akka | 0 | false | true  | may be closed: not active
          powerjob-mu   | akka      | 3 | false | false | must stay open: 3 workers use it
          powerjob-mu   | Mu        | 0 | true  | false | must stay open: it is active; take it out of orrery.powerjob.protocols first
          powerjob-mu   | http,MU   | 1 | true  | false | must stay open: 1 worker uses it
          """)
  void plansPortsForPowerJobWorkers(
      String name, String served, int sessions, boolean open, boolean mayBeClosed, String reason) {
    Protocol protocol = name.equals("powerjob-mu") ? Protocol.MU : Protocol.AKKA;
    PlannedPort port =
        named(
            name,
            PortPlan.of(
                Numbers.DEFAULTS,
                new Situation(
                    Set.of(Protocol.HTTP),
                    false,
                    new PowerJobGateway(
                        Set.copyOf(Protocol.parseList(Dialect.POWERJOB, served)),
                        Map.of(protocol, sessions)),
                    Map.of())));

    assertThat(port.open()).isEqualTo(open);
    assertThat(port.mayBeClosed()).isEqualTo(mayBeClosed);
    assertThat(port.reason()).isEqualTo(name + " " + reason);
  }

  @Test
  void closesPortOfWorkersThatOnlyDialTheScheduler() {
    List<PlannedPort> plan =
        PortPlan.of(
            Numbers.DEFAULTS,
            new Situation(
                Set.of(Protocol.HTTP),
                false,
                new PowerJobGateway(Set.of(Protocol.MU), Map.of()),
                Map.of()));

    assertThat(named("worker", plan).open()).isFalse();
    assertThat(named("worker", plan).mayBeClosed()).isTrue();
  }

  @Test
  void countsSessionsAtPortOfTheirProtocol() {
    List<PlannedPort> plan = plan("http,akka", true, Map.of(Protocol.HTTP, 4));

    assertThat(named("http", plan).sessions()).isEqualTo(4);
    assertThat(plan)
        .filteredOn(port -> !port.name().equals("http"))
        .extracting(PlannedPort::sessions)
        .containsOnly(0);
  }

  @Test
  void definesSettingForNumberOfEveryPort() {
    assertThat(plan("http", false, Map.of()))
        .allSatisfy(port -> assertThat(PortPlan.setting(port.name())).endsWith(".port"));
    assertThatIllegalArgumentException().isThrownBy(() -> PortPlan.setting("console"));
  }

  @Test
  void usesConfiguredPortNumbers() {
    Numbers numbers = new Numbers(1, 2, 3, 4, 5, 6, 7);

    List<PlannedPort> plan =
        PortPlan.of(numbers, new Situation(new HashSet<>(List.of(Protocol.HTTP)), true, Map.of()));

    assertThat(named("api", plan).number()).isEqualTo(1);
    assertThat(named("http", plan).number()).isEqualTo(2);
    assertThat(named("akka", plan).number()).isEqualTo(3);
    assertThat(named("cluster", plan).number()).isEqualTo(4);
    assertThat(named("management", plan).number()).isEqualTo(5);
    assertThat(named("powerjob-akka", plan).number()).isEqualTo(6);
    assertThat(named("powerjob-mu", plan).number()).isEqualTo(7);
  }

  private static List<PlannedPort> plan(
      String active, boolean cluster, Map<Protocol, Integer> sessions) {
    return PortPlan.of(
        Numbers.DEFAULTS,
        new Situation(new HashSet<>(Protocol.parseList(active)), cluster, sessions));
  }

  private static List<String> open(List<PlannedPort> plan) {
    return plan.stream()
        .filter(port -> port.open() && port.side().equals("scheduler"))
        .map(PlannedPort::name)
        .toList();
  }

  private static PlannedPort named(String name, List<PlannedPort> plan) {
    return plan.stream().filter(port -> port.name().equals(name)).findFirst().orElseThrow();
  }
}
