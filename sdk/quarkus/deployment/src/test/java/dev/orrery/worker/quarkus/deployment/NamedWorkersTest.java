package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.client.ClientSettings;
import dev.orrery.client.OrreryClient;
import dev.orrery.testing.MutualTlsServer;
import dev.orrery.testing.program.Await;
import dev.orrery.worker.WorkerSettings;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.binding.OrreryWorkerCustomizer;
import dev.orrery.worker.binding.client.OrreryClientCustomizer;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tests an application with two workers whose scheduler does not answer, and a third one that
 * reaches, as the client does, a server that only one TLS configuration trusts. It has what an
 * application has to enable: readiness, virtual threads, log capture and OpenTelemetry.
 */
@Tag("slow")
class NamedWorkersTest {
  private static final Duration SECONDS = Duration.ofSeconds(20);

  /** Quarkus loads this class once more: the application calls that of the first time. */
  private static final MutualTlsServer SERVER = new MutualTlsServer(directory());

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(Telemetry.class))
          .addBuildChainCustomizer(Telemetry::announce)
          .withConfiguration(
              """
              quarkus.application.name=billing
              quarkus.orrery.health.readiness=true
              quarkus.tls.scheduler.key-store.p12.path=%1$s
              quarkus.tls.scheduler.key-store.p12.password=%2$s
              quarkus.tls.scheduler.trust-store.p12.path=%1$s
              quarkus.tls.scheduler.trust-store.p12.password=%2$s
              orrery.worker.enabled=true
              orrery.worker.log-capture=true
              orrery.worker.server=http://localhost:1
              orrery.worker.named.billing.app=invoices
              orrery.worker.named.billing.token=of-billing
              orrery.worker.named.billing.capacity=3
              orrery.worker.named.billing.virtual-threads=true
              orrery.worker.named.ledger-eu.app=ledger
              orrery.worker.named.ledger-eu.token=of-ledger
              orrery.worker.named.ledger-eu.drain-timeout=0s
              orrery.worker.named.secured.app=billing
              orrery.worker.named.secured.token=of-worker
              orrery.worker.named.secured.server=%3$s
              orrery.worker.named.secured.tls-configuration-name=scheduler
              orrery.worker.named.secured.declare-jobs=true
              orrery.worker.named.secured.declare-token=of-operator
              orrery.client.app=billing
              orrery.client.token=of-client
              orrery.client.server=%3$s
              orrery.client.tls-configuration-name=scheduler
              """
                  .formatted(SERVER.store(), MutualTlsServer.PASSWORD, SERVER.url()))
          .setLogRecordPredicate(line -> line.getLoggerName().endsWith(".VirtualThreads"))
          // One worker asks for such threads: an older JDK has none, and it says so.
          .assertLogRecords(
              lines -> assertThat(lines).hasSize(Runtime.version().feature() < 21 ? 1 : 0))
          .setAfterAllCustomizer(SERVER::close);

  private static Path directory() {
    try {
      return Files.createTempDirectory("orrery-tls-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

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

    @OrreryJob(value = "import-orders", worker = "billing")
    void importOrders() {
      Logger log = Logger.getLogger("billing");
      log.infof("read %d rows", 12);
      log.warn("1 row is odd", new IllegalStateException("no customer"));
    }

    @OrreryJob(value = "import", worker = "secured")
    @OrrerySchedule(every = "1h")
    void importSecured() {}
  }

  @Singleton
  static class Customized implements OrreryWorkerCustomizer, OrreryClientCustomizer {
    private final List<String> names = new CopyOnWriteArrayList<>();
    private final List<ClientSettings> clients = new CopyOnWriteArrayList<>();

    @Override
    public void customize(ClientSettings settings) {
      clients.add(settings);
    }

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
  @Inject OrreryClient client;

  @AfterAll
  static void closeServerOfThisLoader() {
    SERVER.close();
  }

  @Test
  void startsOnlyWorkersOfJobs() {
    assertThat(lifecycle.workers().started())
        .extracting(ApplicationWorker::name)
        .containsExactly("billing", "ledger-eu", "secured");
    assertThat(lifecycle.worker()).isEmpty();
    assertThat(customized.names).containsExactly("billing", "ledger-eu", "secured");
  }

  @Test
  void callsMethodOfWorkerForJobsOfSameName() {
    assertThat(tester.run("billing/close-month").result()).hasValue("invoices");
    assertThat(tester.run("ledger-eu/close-month").result()).hasValue("ledger");
  }

  @Test
  void reportsOutageOfEachWorkerInHealth() {
    Await.until(
        "the workers know that the scheduler is away",
        SECONDS,
        () ->
            lifecycle.workers().started().stream()
                .filter(worker -> !worker.name().equals("secured"))
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
        .containsExactlyInAnyOrder("billing", "ledger-eu", "secured");
  }

  @Test
  void reportsNotReadyWithoutScheduler() {
    assertThat(health.getReadiness().isDown()).isTrue();
    assertThat(health.getReadiness().getPayload().toString()).contains("orreryWorker");
    assertThat(health.getLiveness().isDown()).isFalse();
  }

  @Test
  void capturesApplicationLogInLogOfRun() {
    var run = tester.run("billing/import-orders");

    assertThat(run.lines("stdout")).containsExactly("INFO  billing - read 12 rows");
    assertThat(run.lines("stderr").get(0)).startsWith("WARN  billing - 1 row is odd");
    assertThat(String.join("\n", run.lines("stderr"))).contains("no customer", "\tat ");
  }

  @Test
  void injectsCustomizedClient() {
    assertThat(client).isNotNull();
    assertThat(customized.clients).hasSize(1);
  }

  @Test
  void tracesWorkerAndClient() {
    assertThat(Telemetry.ASKED).contains("dev.orrery.worker", "dev.orrery.client");
  }

  /** The server answers everyone with an id, which only the client understands. */
  @Test
  void connectsWorkerAndClientAndDeclaresJobsWithTlsConfiguration() {
    assertThat(client.runJob("import")).isEqualTo("7");
    Await.until(
        "the worker has an answer",
        SECONDS,
        () ->
            lifecycle.workers().worker("secured").orElseThrow().status().problem().stream()
                .anyMatch(problem -> problem.detail().contains("is not an Orrery scheduler")));
    Await.until(
        "the declaration has an answer",
        SECONDS,
        () ->
            lifecycle
                .workers()
                .declaration("secured")
                .orElseThrow()
                .detail()
                .startsWith("the answer is not one of Orrery"));
  }
}
