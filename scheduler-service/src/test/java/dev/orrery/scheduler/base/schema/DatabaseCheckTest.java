package dev.orrery.scheduler.base.schema;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseCheckTest {
  private static final Map<String, String> DURABLE =
      Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on");

  @ParameterizedTest
  @ValueSource(strings = {"on", "local", "remote_write", "remote_apply"})
  void acceptsDurableDatabaseSettings(String synchronousCommit) {
    Map<String, String> settings = new HashMap<>(DURABLE);
    settings.put("synchronous_commit", synchronousCommit);

    assertThatCode(() -> DatabaseCheck.requireDurable(settings)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fsync", "synchronous_commit", "full_page_writes"})
  void refusesNonDurableSettingAndNamesIt(String name) {
    Map<String, String> settings = new HashMap<>(DURABLE);
    settings.put(name, "off");

    assertThatThrownBy(() -> DatabaseCheck.requireDurable(settings))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(name + "=off")
        .hasMessageContaining("Set " + name + "=on");
  }
}
