package dev.orrery.worker.quarkus.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.worker.quarkus.deployment.TestApplication;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuarkusOutboxTest {
  @Test
  void refusesToStartWithoutDatabase() {
    QuarkusOutbox outbox =
        new QuarkusOutbox(
            TestApplication.config(Map.of("orrery.client.outbox", "true"))
                .getConfigMapping(OrreryClientConfig.class),
            TestApplication.noBeans(),
            TestApplication.noBeans(),
            TestApplication.noBeans());

    assertThatThrownBy(() -> outbox.start(new StartupEvent()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("orrery.client.outbox is true")
        .hasMessageContaining("quarkus-jdbc-postgresql");
  }
}
