package dev.orrery.agent.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.worker.WorkerSettings;
import org.junit.jupiter.api.Test;

class SettingNameTest {
  private final WorkerSettings settings = WorkerSettings.of("app", "token");

  @Test
  void prefixesSdkRefusalWithFullSettingName() {
    assertThatThrownBy(
            () -> SettingName.in("orrery.worker.server", () -> settings.server("localhost:10010")))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("orrery.worker.server: The server must be a URL")
        .hasMessageContaining("got 'localhost:10010'");
  }

  @Test
  void returnsSettingsAcceptedBySdk() {
    assertThat(SettingName.in("orrery.worker.capacity", () -> settings.capacity(5)))
        .isSameAs(settings);
  }
}
