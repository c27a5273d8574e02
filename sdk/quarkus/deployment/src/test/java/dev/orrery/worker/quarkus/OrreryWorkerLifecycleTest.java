package dev.orrery.worker.quarkus;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.quarkus.deployment.TestApplication;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfig;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests settings with which an application does not start. */
class OrreryWorkerLifecycleTest {
  static class Billing {
    @OrreryJob("import")
    void importOrders() {}
  }

  private OrreryWorkerLifecycle prepared(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("orrery.worker.enabled", "true");
    all.put("orrery.worker.app", "billing");
    SmallRyeConfig config = TestApplication.config(all);
    OrreryWorkerLifecycle lifecycle =
        new OrreryWorkerLifecycle(
            config.getConfigMapping(OrreryWorkerConfig.class),
            config,
            TestApplication.noBeans(),
            TestApplication.noBeans(),
            List.of(),
            List.of());
    lifecycle.prepare(Map.of("bean", Billing.class.getName()), Instant.EPOCH);
    return lifecycle;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void refusesMissingOrBlankToken(String token) {
    assertThatThrownBy(() -> prepared(Map.of("orrery.worker.token", token)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("orrery.worker.token is not set")
        .hasMessageContaining("orrery.worker.enabled=false");
  }

  @Test
  void failsWithoutSchedulerWhenFailFastIsSet() {
    OrreryWorkerLifecycle lifecycle =
        prepared(
            Map.of(
                "orrery.worker.token", "orrery_0123456789abcdef0123456789abcdef",
                "orrery.worker.server", "http://localhost:1",
                "orrery.worker.drain-timeout", "0s",
                "orrery.worker.fail-fast", "true",
                "orrery.worker.fail-fast-timeout", "1s"));
    try {
      assertThatThrownBy(() -> lifecycle.start(new StartupEvent()))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("UNREACHABLE")
          .hasMessageContaining("orrery.worker.fail-fast=false");
    } finally {
      lifecycle.stop(new ShutdownEvent());
    }
  }
}
