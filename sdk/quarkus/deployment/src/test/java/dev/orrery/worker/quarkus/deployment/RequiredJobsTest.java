package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests an application that requires one job that exists and one that it declares itself. */
@Tag("thorough")
class RequiredJobsTest {
  /** Quarkus loads this class once more: the application calls that of the first time. */
  private static final JobsApi API = new JobsApi();

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(Billing.class, JobsApi.class))
          .overrideConfigKey("quarkus.application.name", "billing")
          .overrideConfigKey("orrery.worker.enabled", "true")
          .overrideConfigKey("orrery.worker.app", "billing")
          .overrideConfigKey("orrery.worker.token", "of-worker")
          .overrideConfigKey("orrery.worker.server", "http://localhost:1")
          .overrideConfigKey("orrery.worker.drain-timeout", "0s")
          .overrideConfigKey("orrery.worker.declare-jobs", "true")
          .overrideConfigKey("orrery.worker.declare-token", "of-declarer")
          .overrideConfigKey("orrery.client.token", "of-client")
          .overrideConfigKey("orrery.client.server", API.url())
          .overrideConfigKey("orrery.client.required-jobs", "send-invoice, import")
          .setAfterAllCustomizer(API::close);

  @ApplicationScoped
  static class Billing {
    private boolean started;

    @OrreryJob("import")
    @OrrerySchedule(every = "1h")
    void importOrders() {}

    void start(@Observes StartupEvent event) {
      started = true;
    }

    boolean started() {
      return started;
    }
  }

  @Inject Billing billing;

  @AfterAll
  static void closeServerOfThisLoader() {
    API.close();
  }

  @Test
  void startsWithExistingAndDeclaredJobs() {
    assertThat(billing.started()).isTrue();
  }
}
