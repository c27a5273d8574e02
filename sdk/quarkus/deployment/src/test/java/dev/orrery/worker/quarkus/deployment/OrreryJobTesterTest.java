package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.JobContext;
import dev.orrery.worker.annotation.NonRetryableException;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle.State;
import dev.orrery.worker.test.OrreryJobTester;
import dev.orrery.worker.test.TestedRun;
import dev.orrery.worker.test.TestedRun.Progress;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Map;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs the jobs of an application in a test, without a worker. */
@Tag("thorough")
class OrreryJobTesterTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(Billing.class))
          .overrideConfigKey("orrery.worker.log-capture", "true");

  @ApplicationScoped
  static class Billing {
    @OrreryJob("import-orders")
    int importOrders(Path dir, JobContext job) {
      if (!dir.isAbsolute()) {
        throw new NonRetryableException("'dir' must be absolute; got " + dir);
      }
      job.log("reading " + dir);
      Logger.getLogger("billing").warn("1 row is odd");
      job.progress(40, "row 4 of 10");
      return 12;
    }
  }

  @Inject OrreryJobTester tester;
  @Inject OrreryWorkerLifecycle lifecycle;

  @Test
  void runsJobOfApplication() {
    TestedRun run = tester.run("import-orders", Map.of("dir", "/x"));

    assertThat(run.result()).hasValue("12");
    assertThat(run.lines()).containsExactly("reading /x", "WARN  billing - 1 row is odd");
    assertThat(run.progress()).containsExactly(new Progress(40, "row 4 of 10"));
    assertThat(lifecycle.state()).isEqualTo(State.DISABLED);
  }

  @Test
  void returnsErrorOfFailedJob() {
    TestedRun run = tester.run("import-orders", Map.of("dir", "x"));

    assertThat(run.error()).hasValue("'dir' must be absolute; got x");
    assertThat(run.nonRetryable()).isTrue();
  }
}
