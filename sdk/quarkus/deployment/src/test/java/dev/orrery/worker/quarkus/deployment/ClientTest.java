package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.client.ClientSettings;
import dev.orrery.client.OrreryClient;
import dev.orrery.worker.binding.client.OrreryClientCustomizer;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests an application that injects a client. */
@Tag("thorough")
class ClientTest {
  private static final List<ClientSettings> CUSTOMIZED = new ArrayList<>();

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(Customizer.class))
          .overrideConfigKey("orrery.client.app", "billing")
          .overrideConfigKey("orrery.client.token", "a-token-of-an-operator-for-tests");

  @Singleton
  static class Customizer implements OrreryClientCustomizer {
    @Override
    public void customize(ClientSettings settings) {
      CUSTOMIZED.add(settings);
    }
  }

  @Inject OrreryClient client;

  @Test
  void injectsCustomizedClient() {
    assertThat(client).isNotNull();
    assertThat(CUSTOMIZED).hasSize(1);
  }
}
