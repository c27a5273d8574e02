package dev.orrery.scheduler.base.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ShutdownTimeoutTest {
  @Inject ShutdownConfig config;

  @ConfigProperty(name = "quarkus.shutdown.timeout")
  Duration timeoutOfTheRestApi;

  @Test
  void usesSameDefaultTimeoutForRestApiAndWorkerPorts() {
    assertThat(timeoutOfTheRestApi).isEqualTo(config.timeout());
    assertThat(config.timeout()).isEqualTo(Duration.parse("PT" + ShutdownConfig.DEFAULT_TIMEOUT));
  }
}
