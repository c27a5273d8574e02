package dev.orrery.worker.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.orrery.worker.annotation.JobContext;
import dev.orrery.worker.annotation.NonRetryableException;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.spring.OrreryWorkerAutoConfiguration;
import dev.orrery.worker.spring.OrreryWorkerLifecycle;
import dev.orrery.worker.test.OrreryJobTester;
import dev.orrery.worker.test.TestedRun;
import dev.orrery.worker.test.TestedRun.Progress;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Uses {@link OrreryTest} as the test of an application does. */
@OrreryTest(
    classes = OrreryTestTest.Application.class,
    properties = {"rows=12", "orrery.worker.enabled=true", "orrery.worker.log-capture=true"})
class OrreryTestTest {
  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    OrreryWorkerAutoConfiguration.class,
    OrreryJobTesterAutoConfiguration.class
  })
  @Import(Billing.class)
  static class Application {}

  static class Billing {
    @Value("${rows}")
    private int rows;

    @OrreryJob("import-orders")
    int importOrders(Path dir, JobContext job) {
      if (!dir.isAbsolute()) {
        throw new NonRetryableException("'dir' must be absolute; got " + dir);
      }
      job.log("reading " + dir);
      LoggerFactory.getLogger("billing").warn("1 row is odd");
      job.progress(40, "row 4 of 10");
      return rows;
    }
  }

  @Autowired private OrreryJobTester tester;
  @Autowired private ApplicationContext context;

  @Test
  void runsJobOfApplication() {
    TestedRun run = tester.run("import-orders", Map.of("dir", "/x"));

    assertThat(run.result()).hasValue("12");
    assertThat(run.lines("stdout")).containsExactly("reading /x");
    assertThat(run.lines("stderr"))
        .singleElement(STRING)
        .contains("billing")
        .endsWith("1 row is odd");
    assertThat(run.progress()).containsExactly(new Progress(40, "row 4 of 10"));
  }

  @Test
  void returnsErrorOfFailedJob() {
    TestedRun run = tester.run("import-orders", Map.of("dir", "x"));

    assertThat(run.error()).hasValue("'dir' must be absolute; got x");
    assertThat(run.nonRetryable()).isTrue();
  }

  @Test
  void startsNoWorkerEvenWhenPropertiesEnableIt() {
    assertThat(context.getBeanNamesForType(OrreryWorkerLifecycle.class)).isEmpty();
  }
}
