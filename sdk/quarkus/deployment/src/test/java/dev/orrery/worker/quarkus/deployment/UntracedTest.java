package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.client.OrreryClient;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests an application with OpenTelemetry that disables tracing of worker and client. */
@Tag("thorough")
class UntracedTest {
  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(Telemetry.class))
          .addBuildChainCustomizer(Telemetry::announce)
          .overrideConfigKey("orrery.worker.enabled", "true")
          .overrideConfigKey("orrery.worker.app", "billing")
          .overrideConfigKey("orrery.worker.token", "a-token-of-a-worker-for-tests")
          .overrideConfigKey("orrery.worker.tracing", "false")
          .overrideConfigKey("orrery.client.tracing", "false")
          .overrideConfigKey("orrery.client.token", "a-token-of-an-operator-for-tests");

  @Inject OrreryClient client;

  @Test
  void switchesTracingOffBySettings() {
    client.close();

    assertThat(Telemetry.ASKED).isEmpty();
  }
}
