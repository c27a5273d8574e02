package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.enterprise.context.ApplicationScoped;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that a start with a blank token fails and names the setting. */
@Tag("thorough")
class BlankTokenTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(Billing.class))
          .overrideConfigKey("orrery.worker.enabled", "true")
          .overrideConfigKey("orrery.worker.app", "billing")
          .overrideConfigKey("orrery.worker.token", " ")
          .assertException(
              failure ->
                  assertThat(failure)
                      .isInstanceOf(ConfigurationException.class)
                      .hasMessageContaining("orrery.worker.token is not set")
                      .hasMessageContaining("orrery.worker.enabled=false"));

  @ApplicationScoped
  static class Billing {
    @OrreryJob("import")
    void importOrders() {}
  }

  @Test
  void refusesToStartWithBlankToken() {
    throw new AssertionError("The application has started");
  }
}
