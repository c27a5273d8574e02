package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Sockets;
import dev.orrery.it.harness.Sockets.Listening;
import dev.orrery.it.harness.Stack;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.port.PortPlan.Numbers;
import dev.orrery.protocol.port.PortPlan.PlannedPort;
import dev.orrery.protocol.port.PortPlan.Situation;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares the sockets of each process in the operating system with the port plan. The embedded
 * database is a separate process.
 */
@Tag("thorough")
@AtNight
class SocketsIT {
  @BeforeAll
  static void requireThatSocketsAreKnown() {
    assumeTrue(Sockets.areKnown(), "sockets of processes are read from /proc: skipped");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http      | false | http",
        "http      | true  | http",
        "akka      | false | akka",
        "http,akka | false | http",
        "http,akka | true  | akka"
      })
  void listensOnExactlyThePlannedPorts(String active, boolean cluster, String workersProtocol) {
    Set<Protocol> protocols = new HashSet<>(Protocol.parseList(active));
    boolean akka = protocols.contains(Protocol.AKKA);
    Protocol workers = Protocol.parse(workersProtocol);
    int akkaPort = Ports.free();
    int clusterPort = Ports.free();
    int workerPort = Ports.free();
    try (Stack stack = new Stack("sockets")) {
      ProgramProcess scheduler =
          stack.launchScheduler(options(active, akkaPort, cluster, clusterPort));
      stack.useScheduler();
      ProgramProcess agent =
          stack.startAgentAt(
              stack.apiPort(),
              workers == Protocol.AKKA
                  ? new String[] {
                    "-Dorrery.worker.protocol=akka", "-Dorrery.worker.akka.port=" + workerPort
                  }
                  : new String[0]);

      Numbers numbers =
          new Numbers(
              stack.apiPort(),
              stack.httpPort(),
              akkaPort,
              clusterPort,
              stack.managementPort(),
              Ports.free(),
              Ports.free());
      Set<Integer> planned =
          PortPlan.of(numbers, new Situation(protocols, cluster, Map.of())).stream()
              .filter(port -> port.open() && port.side().equals("scheduler"))
              .map(PlannedPort::number)
              .collect(Collectors.toSet());
      assertThat(reachable(scheduler)).isEqualTo(planned);
      assertThat(openByApi(stack)).isEqualTo(planned);
      // The transport itself listens behind the guard of the akka port.
      assertThat(loopback(scheduler)).hasSize(akka ? 1 : 0);

      assertThat(reachable(agent))
          .isEqualTo(
              workers == Protocol.AKKA
                  ? Set.of(stack.agentManagementPort(), workerPort)
                  : Set.of(stack.agentManagementPort()));
      assertThat(loopback(agent)).hasSize(workers == Protocol.AKKA ? 1 : 0);
    }
  }

  private static String[] options(String active, int akkaPort, boolean cluster, int clusterPort) {
    List<String> options = new ArrayList<>(List.of("-Dorrery.protocols.active=" + active));
    if (active.contains("akka")) {
      options.add("-Dorrery.protocols.akka.port=" + akkaPort);
    }
    if (cluster) {
      options.add("-Dorrery.cluster.enabled=true");
      options.add("-Dorrery.cluster.port=" + clusterPort);
      options.add("-Dorrery.cluster.secret=0b5a7c1f-of-this-test-alone-93e2d4f8a6b1");
    }
    return options.toArray(String[]::new);
  }

  private static Set<Integer> reachable(ProgramProcess process) {
    return ports(process, false);
  }

  private static Set<Integer> loopback(ProgramProcess process) {
    return ports(process, true);
  }

  private static Set<Integer> ports(ProgramProcess process, boolean loopback) {
    return Sockets.of(process).stream()
        .filter(socket -> socket.loopback() == loopback)
        .map(Listening::port)
        .collect(Collectors.toSet());
  }

  private static Set<Integer> openByApi(Stack stack) {
    Set<Integer> open = new HashSet<>();
    for (JsonNode port : stack.api().get("/protocol").get("ports")) {
      if (port.get("open").asBoolean() && port.get("side").asText().equals("scheduler")) {
        open.add(port.get("number").asInt());
      }
    }
    return open;
  }
}
