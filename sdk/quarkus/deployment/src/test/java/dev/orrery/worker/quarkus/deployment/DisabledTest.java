package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle.State;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.health.SmallRyeHealthReporter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that a test of an application needs neither a scheduler nor settings. */
@Tag("thorough")
class DisabledTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest().withApplicationRoot(jar -> jar.addClasses(Billing.class));

  @ApplicationScoped
  static class Billing {
    @OrreryJob("import")
    String importOrders() {
      return "done";
    }
  }

  @Inject OrreryWorkerLifecycle lifecycle;
  @Inject SmallRyeHealthReporter health;
  @Inject Billing billing;

  @Test
  void startsNoWorkerInTests() {
    assertThat(lifecycle.state()).isEqualTo(State.DISABLED);
    assertThat(lifecycle.worker()).isEmpty();
    assertThat(health.getHealth().isDown()).isFalse();
    assertThat(health.getHealth().getPayload().toString()).contains("orrery.worker.enabled");
    assertThat(billing.importOrders()).isEqualTo("done");
  }
}
