package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.program.Await;
import dev.orrery.worker.WorkerSettings;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.binding.OrreryWorkerCustomizer;
import dev.orrery.worker.binding.lifecycle.ApplicationWorker;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import dev.orrery.worker.test.OrreryJobTester;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.health.SmallRyeHealthReporter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests an application with two workers whose scheduler does not answer. */
@Tag("slow")
class NamedWorkersTest {
  private static final Duration SECONDS = Duration.ofSeconds(20);
  private static final String TOKEN = "orrery_0123456789abcdef0123456789abcdef";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(Books.class, Customized.class, Meters.class))
          .overrideConfigKey("orrery.worker.enabled", "true")
          .overrideConfigKey("orrery.worker.server", "http://localhost:1")
          .overrideConfigKey("orrery.worker.named.billing.app", "invoices")
          .overrideConfigKey("orrery.worker.named.billing.token", TOKEN)
          .overrideConfigKey("orrery.worker.named.billing.capacity", "3")
          .overrideConfigKey("orrery.worker.named.ledger-eu.app", "ledger")
          .overrideConfigKey("orrery.worker.named.ledger-eu.token", TOKEN)
          .overrideConfigKey("orrery.worker.named.ledger-eu.drain-timeout", "0s");

  @ApplicationScoped
  static class Books {
    @OrreryJob(value = "close-month", worker = "billing")
    String closeInvoices() {
      return "invoices";
    }

    @OrreryJob(value = "close-month", worker = "ledger-eu")
    String closeLedger() {
      return "ledger";
    }
  }

  @Singleton
  static class Customized implements OrreryWorkerCustomizer {
    private final List<String> names = new CopyOnWriteArrayList<>();

    @Override
    public void customize(WorkerSettings settings) {
      throw new AssertionError("customize must be called with the name of the worker");
    }

    @Override
    public void customize(String worker, WorkerSettings settings) {
      names.add(worker);
    }
  }

  static class Meters {
    @Produces
    @Singleton
    SimpleMeterRegistry registry() {
      return new SimpleMeterRegistry();
    }
  }

  @Inject OrreryWorkerLifecycle lifecycle;
  @Inject SmallRyeHealthReporter health;
  @Inject SimpleMeterRegistry registry;
  @Inject OrreryJobTester tester;
  @Inject Customized customized;

  @Test
  void startsOnlyWorkersOfJobs() {
    assertThat(lifecycle.workers().started())
        .extracting(ApplicationWorker::name)
        .containsExactly("billing", "ledger-eu");
    assertThat(lifecycle.worker()).isEmpty();
    assertThat(customized.names).containsExactly("billing", "ledger-eu");
  }

  @Test
  void callsMethodOfWorkerForJobsOfSameName() {
    assertThat(tester.run("billing/close-month").result()).hasValue("invoices");
    assertThat(tester.run("ledger-eu/close-month").result()).hasValue("ledger");
  }

  @Test
  void reportsOutageOfEachWorkerInHealth() {
    Await.until(
        "the health says of both that the scheduler is away",
        SECONDS,
        () ->
            lifecycle.workers().started().stream()
                .allMatch(worker -> worker.phase().name().equals("UNREACHABLE")));

    assertThat(health.getHealth().isDown()).isTrue();
    assertThat(health.getHealth().getPayload().toString())
        .contains("\"billing.phase\":\"UNREACHABLE\"")
        .contains("\"billing.capacity\":3")
        .contains("\"ledger-eu.scheduler\":\"http://localhost:1\"")
        .doesNotContain("\"phase\"");
  }

  @Test
  void tagsMetricsWithWorker() {
    assertThat(registry.get("orrery.worker.capacity").tag("worker", "billing").gauge().value())
        .isEqualTo(3);
    assertThat(registry.get("orrery.worker.capacity").gauges())
        .extracting(gauge -> gauge.getId().getTag("worker"))
        .containsExactlyInAnyOrder("billing", "ledger-eu");
  }
}
