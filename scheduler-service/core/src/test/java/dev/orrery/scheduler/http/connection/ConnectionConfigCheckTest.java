package dev.orrery.scheduler.http.connection;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import org.junit.jupiter.api.Test;

class ConnectionConfigCheckTest {
  private static final String KEY = "orrery.connections.max-api";

  @Test
  void refusesFewerThanTenConnections() {
    assertThatThrownBy(() -> ConnectionConfigCheck.require(KEY, 9))
        .isInstanceOf(StartupException.class)
        .hasMessage("orrery.connections.max-api is 9; set it to at least 10.");
    assertThatThrownBy(() -> ConnectionConfigCheck.require(KEY, -1))
        .isInstanceOf(StartupException.class);
    assertThatCode(() -> ConnectionConfigCheck.require(KEY, 10)).doesNotThrowAnyException();
  }
}
