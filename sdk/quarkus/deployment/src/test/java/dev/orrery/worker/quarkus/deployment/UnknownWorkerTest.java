package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.enterprise.context.ApplicationScoped;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that a start fails if a method names a worker without settings. */
@Tag("thorough")
class UnknownWorkerTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(Billing.class))
          .overrideConfigKey("orrery.worker.enabled", "true")
          .assertException(
              failure ->
                  assertThat(failure)
                      .isInstanceOf(ConfigurationException.class)
                      .hasMessageContaining(
                          Billing.class.getName()
                              + ".closeMonth(): its worker 'billing' has no settings. Set"
                              + " orrery.worker.named.billing.app and"
                              + " orrery.worker.named.billing.token"));

  @ApplicationScoped
  static class Billing {
    @OrreryJob(value = "close-month", worker = "billing")
    void closeMonth() {}
  }

  @Test
  void refusesToStartWithMethodOfWorkerWithoutSettings() {
    throw new AssertionError("The application has started");
  }
}
