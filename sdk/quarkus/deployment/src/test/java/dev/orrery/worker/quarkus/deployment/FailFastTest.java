package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.enterprise.context.ApplicationScoped;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that an application with fail-fast does not start without a scheduler. */
@Tag("thorough")
class FailFastTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(Billing.class))
          .overrideConfigKey("orrery.worker.enabled", "true")
          .overrideConfigKey("orrery.worker.app", "billing")
          .overrideConfigKey("orrery.worker.token", "orrery_0123456789abcdef0123456789abcdef")
          .overrideConfigKey("orrery.worker.server", "http://localhost:1")
          .overrideConfigKey("orrery.worker.drain-timeout", "0s")
          .overrideConfigKey("orrery.worker.fail-fast", "true")
          .overrideConfigKey("orrery.worker.fail-fast-timeout", "1s")
          .assertException(
              failure ->
                  assertThat(failure)
                      .isInstanceOf(ConfigurationException.class)
                      .hasMessageContaining("UNREACHABLE")
                      .hasMessageContaining("orrery.worker.fail-fast=false"));

  @ApplicationScoped
  static class Billing {
    @OrreryJob("import")
    void importOrders() {}
  }

  @Test
  void refusesToStartWithoutSchedulerWhenFailFastIsSet() {
    throw new AssertionError("The application has started");
  }
}
