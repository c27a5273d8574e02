package dev.orrery.scheduler.edge.startup;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortCheckTest {
  private static final String SETTING = "orrery.protocols.http.port";

  @Test
  void refusesPortInUseAtGivenOrAnyAddress() throws IOException {
    try (ServerSocket taken =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      String port = Integer.toString(taken.getLocalPort());
      assertThatThrownBy(() -> PortCheck.requireFree(SETTING, port, 1, "127.0.0.1"))
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("port " + port + " of 127.0.0.1 is in use")
          .hasMessageContaining(SETTING);
      assertThatThrownBy(() -> PortCheck.requireFree(SETTING, port, 1, null))
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("port " + port + " is in use");
    }
  }

  @Test
  void acceptsPortInUseAtDifferentAddress() throws IOException {
    try (ServerSocket taken =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 2}))) {
      String port = Integer.toString(taken.getLocalPort());
      assertThatCode(() -> PortCheck.requireFree(SETTING, port, 1, "127.0.0.1"))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void refusesUnknownHost() {
    assertThatThrownBy(() -> PortCheck.requireFree(SETTING, "0", 1, "[nowhere]"))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(SETTING)
        .hasMessageContaining("'[nowhere]'");
  }

  @Test
  void refusesInvalidPort() {
    for (String value : new String[] {"many", "-1", "65536"}) {
      assertThatThrownBy(() -> PortCheck.requireFree(SETTING, value, 1, null))
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("'" + value + "'; set a port from 1 to 65535");
    }
  }
}
