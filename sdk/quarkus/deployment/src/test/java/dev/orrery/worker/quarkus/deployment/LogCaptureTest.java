package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.test.OrreryJobTester;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("thorough")
class LogCaptureTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(Billing.class))
          .overrideConfigKey("orrery.worker.enabled", "true")
          .overrideConfigKey("orrery.worker.app", "billing")
          .overrideConfigKey("orrery.worker.token", "orrery_0123456789abcdef0123456789abcdef")
          .overrideConfigKey("orrery.worker.server", "http://localhost:1")
          .overrideConfigKey("orrery.worker.drain-timeout", "0s")
          .overrideConfigKey("orrery.worker.log-capture", "true");

  @ApplicationScoped
  static class Billing {
    private static final Logger LOG = Logger.getLogger("billing");

    @OrreryJob("import-orders")
    void importOrders() {
      LOG.infof("read %d rows", 12);
      LOG.warn("1 row is odd", new IllegalStateException("no customer"));
    }
  }

  @Inject OrreryJobTester tester;

  @Test
  void capturesApplicationLogInLogOfRun() {
    var run = tester.run("import-orders");

    assertThat(run.lines("stdout")).containsExactly("INFO  billing - read 12 rows");
    assertThat(run.lines("stderr").get(0)).startsWith("WARN  billing - 1 row is odd");
    assertThat(String.join("\n", run.lines("stderr"))).contains("no customer", "\tat ");
  }
}
