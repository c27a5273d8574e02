package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.health.SmallRyeHealthReporter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests readiness and virtual threads, which an application has to enable. */
@Tag("thorough")
class ReadinessTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(Billing.class))
          .overrideConfigKey("quarkus.orrery.health.readiness", "true")
          .overrideConfigKey("orrery.worker.enabled", "true")
          .overrideConfigKey("orrery.worker.app", "billing")
          .overrideConfigKey("orrery.worker.token", "orrery_0123456789abcdef0123456789abcdef")
          .overrideConfigKey("orrery.worker.server", "http://localhost:1")
          .overrideConfigKey("orrery.worker.drain-timeout", "0s")
          .overrideConfigKey("orrery.worker.virtual-threads", "true")
          .setLogRecordPredicate(line -> line.getLoggerName().endsWith(".VirtualThreads"))
          // The worker asks for such threads: an older JDK has none, and it says so.
          .assertLogRecords(
              lines -> assertThat(lines).hasSize(Runtime.version().feature() < 21 ? 1 : 0));

  @ApplicationScoped
  static class Billing {
    @OrreryJob("import")
    void importOrders() {}
  }

  @Inject SmallRyeHealthReporter health;

  @Test
  void reportsNotReadyWithoutScheduler() {
    assertThat(health.getReadiness().isDown()).isTrue();
    assertThat(health.getReadiness().getPayload().toString()).contains("orreryWorker");
    assertThat(health.getLiveness().isDown()).isFalse();
  }
}
