package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.client.OrreryClient;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests an application with OpenTelemetry. */
@Tag("thorough")
class TracingTest {
  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(Telemetry.class))
          .addBuildChainCustomizer(Telemetry::announce)
          .overrideConfigKey("orrery.worker.enabled", "true")
          .overrideConfigKey("orrery.worker.app", "billing")
          .overrideConfigKey("orrery.worker.token", "a-token-of-a-worker-for-tests")
          .overrideConfigKey("orrery.client.token", "a-token-of-an-operator-for-tests");

  @Inject OrreryClient client;

  @Test
  void tracesWorkerAndClient() {
    client.close();

    assertThat(Telemetry.ASKED).contains("dev.orrery.worker", "dev.orrery.client");
  }
}
