package dev.orrery.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class StackPortsTest {
  @Test
  void bindsEveryPortToLoopback() {
    assertThat(StackPorts.DEFAULT.schedulerOptions(Map.of()))
        .contains(
            "-Dquarkus.http.host=127.0.0.1",
            "-Dquarkus.management.host=127.0.0.1",
            "-Dorrery.protocols.http.host=127.0.0.1",
            "-Dorrery.protocols.akka.host=127.0.0.1",
            "-Dorrery.cluster.host=127.0.0.1");
    assertThat(StackPorts.DEFAULT.agentOptions(0, Map.of()))
        .contains("-Dquarkus.management.host=127.0.0.1");
  }

  @Test
  void keepsHostConfiguredInEnvironment() {
    assertThat(StackPorts.DEFAULT.schedulerOptions(Map.of("QUARKUS_HTTP_HOST", "0.0.0.0")))
        .noneMatch(option -> option.startsWith("-Dquarkus.http.host="))
        .contains("-Dquarkus.management.host=127.0.0.1");
  }

  @Test
  void derivesAllPortsFromFirstPort() {
    StackPorts ports = StackPorts.from(7800);

    assertThat(ports.apiUrl()).hasToString("http://localhost:7800");
    assertThat(ports.schedulerOptions(Map.of()))
        .contains(
            "-Dquarkus.http.port=7800",
            "-Dorrery.protocols.http.port=7801",
            "-Dquarkus.management.port=7802");
    assertThat(ports.agentOptions(0, Map.of()))
        .contains("-Dquarkus.management.port=7803", "-Dorrery.worker.server=http://127.0.0.1:7800");
  }

  @Test
  void refusesFirstPortWithoutRoomForFourPorts() {
    assertThat(StackPorts.from(65_532).agentHealth()).isEqualTo(65_535);
    assertThatThrownBy(() -> StackPorts.from(65_533)).hasMessageContaining("from 1 to 65532");
    assertThatThrownBy(() -> StackPorts.from(0)).hasMessageContaining("got 0");
  }

  @Test
  void assignsConsecutiveHealthPortsToFurtherAgents() {
    assertThat(StackPorts.from(7800).agentOptions(2, Map.of()))
        .contains("-Dquarkus.management.port=7805");
    assertThatThrownBy(() -> StackPorts.from(65_532).requireFree(2))
        .hasMessageContaining("a port to each of 2 agents");
  }

  @Test
  void suggestsPortOptionWhenPortIsInUse() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      StackPorts ports = new StackPorts(other.getLocalPort(), 0, 0, 0);

      assertThatThrownBy(() -> ports.requireFree(1))
          .hasMessageContaining("Port " + other.getLocalPort() + " ")
          .hasMessageContaining("--port");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void namesProgramThatUsesThePort() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      StackPorts ports = new StackPorts(other.getLocalPort(), 0, 0, 0);

      assertThatThrownBy(() -> ports.requireFree(1))
          .hasMessageContaining("Port " + other.getLocalPort() + " is used by ")
          .hasMessageContaining(" (process " + ProcessHandle.current().pid() + "). Stop it, or");
    }
  }
}
