package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.client.OrreryClient;
import dev.orrery.testing.MutualTlsServer;
import dev.orrery.testing.program.Await;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Checks that worker, declarer and client reach a scheduler that only one TLS configuration trusts.
 */
@Tag("slow")
class TlsTest {
  private static final Duration SECONDS = Duration.ofSeconds(20);

  /** Quarkus loads this class once more: the application calls that of the first time. */
  private static final MutualTlsServer SERVER = new MutualTlsServer(directory());

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(Billing.class))
          .overrideConfigKey("quarkus.application.name", "billing")
          .overrideConfigKey("quarkus.tls.scheduler.key-store.p12.path", SERVER.store().toString())
          .overrideConfigKey(
              "quarkus.tls.scheduler.key-store.p12.password", MutualTlsServer.PASSWORD)
          .overrideConfigKey(
              "quarkus.tls.scheduler.trust-store.p12.path", SERVER.store().toString())
          .overrideConfigKey(
              "quarkus.tls.scheduler.trust-store.p12.password", MutualTlsServer.PASSWORD)
          .overrideConfigKey("orrery.worker.enabled", "true")
          .overrideConfigKey("orrery.worker.app", "billing")
          .overrideConfigKey("orrery.worker.token", "of-worker")
          .overrideConfigKey("orrery.worker.server", SERVER.url())
          .overrideConfigKey("orrery.worker.tls-configuration-name", "scheduler")
          .overrideConfigKey("orrery.worker.declare-jobs", "true")
          .overrideConfigKey("orrery.worker.declare-token", "of-operator")
          .overrideConfigKey("orrery.client.token", "of-client")
          .overrideConfigKey("orrery.client.server", SERVER.url())
          .overrideConfigKey("orrery.client.tls-configuration-name", "scheduler")
          .setAfterAllCustomizer(SERVER::close);

  private static Path directory() {
    try {
      return Files.createTempDirectory("orrery-tls-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ApplicationScoped
  static class Billing {
    @OrreryJob("import")
    @OrrerySchedule(every = "1h")
    void importOrders() {}
  }

  @Inject OrreryClient client;
  @Inject OrreryWorkerLifecycle lifecycle;

  @AfterAll
  static void closeServerOfThisLoader() {
    SERVER.close();
  }

  /** The server answers everyone with an id, which only the client understands. */
  @Test
  void connectsWorkerAndClientAndDeclaresJobsWithConfiguration() {
    assertThat(client.runJob("import")).isEqualTo("7");
    Await.until(
        "the worker has an answer",
        SECONDS,
        () ->
            lifecycle.worker().orElseThrow().status().problem().stream()
                .anyMatch(problem -> problem.detail().contains("is not an Orrery scheduler")));
    Await.until(
        "the declaration has an answer",
        SECONDS,
        () ->
            lifecycle
                .workers()
                .declaration("")
                .orElseThrow()
                .detail()
                .startsWith("the answer is not one of Orrery"));
  }
}
