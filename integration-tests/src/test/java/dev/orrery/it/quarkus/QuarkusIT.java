package dev.orrery.it.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import dev.orrery.it.harness.StarterJobs;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests a packaged application with the extension and a packaged scheduler. */
@Tag("thorough")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuarkusIT {
  private static final Duration SECONDS = Duration.ofSeconds(30);

  private static final Path SOURCES = Stack.root().resolve("integration-tests/src");

  private QuarkusProgram program;
  private Stack stack;
  private StarterJobs jobs;
  private int number;

  @BeforeAll
  void startScheduler() throws IOException {
    program = QuarkusProgram.build(SOURCES.resolve("quarkus"));
    stack = new Stack("quarkus", "-Dorrery.session.lease=6s", "-Dorrery.session.renew-interval=2s");
    stack.startScheduler();
    jobs = new StarterJobs(stack);
  }

  @AfterAll
  void stopScheduler() {
    if (stack != null) {
      stack.close();
    }
  }

  private QuarkusApplicationProcess start(String... more) {
    return start(program, more);
  }

  private QuarkusApplicationProcess start(QuarkusProgram started, String... more) {
    int port = Ports.free();
    List<String> settings = jobs.settings(more);
    settings.add("quarkus.http.port=" + port);
    return new QuarkusApplicationProcess(
        started.start(stack.directory().resolve("application-" + ++number + ".log"), settings),
        port);
  }

  private QuarkusApplicationProcess startDeclaring(String... more) {
    return start(jobs.declaringSettings("declare", more)).awaitPhase("AGREED");
  }

  @Test
  void runsJobsByCronAndApi() throws IOException {
    try (QuarkusApplicationProcess application = startDeclaring()) {
      jobs.requireRuns(application.process());

      assertThat(application.health().at("/status").asText()).isEqualTo("UP");
      assertThat(application.health().at("/data/declaredJobs").asText()).isEqualTo("APPLIED");
      assertThat(application.management("metrics"))
          .contains("orrery_worker_connected 1.0")
          .contains(
              "orrery_worker_attempts_duration_seconds_count{outcome=\"succeeded\","
                  + "processor=\"import-orders\"} 1");
    }
  }

  @Test
  void drainsRunningJobsOnSigtermAndDeclaresNoJobWithDisabledTrigger() {
    jobs.put("slow", "{\"pause\":\"3s\"}");
    try (QuarkusApplicationProcess application = startDeclaring("each-second.cron=-")) {
      jobs.requireDrain(application.process());

      assertThat(application.process().output())
          .containsSubsequence("Draining the worker", "Worker stopped", "The store is closed");
      assertThat(application.process().output())
          .containsPattern("Declared the jobs: .* created=\\[] changed=\\[] unchanged=\\[]");
    }
  }

  @AtNight
  @Test
  void runsJobsOfSameNameByWorkersOfTwoAppsAndDrainsBoth() throws IOException {
    QuarkusProgram named =
        QuarkusProgram.build(List.of(SOURCES.resolve("quarkus"), SOURCES.resolve("quarkus-named")));
    try (QuarkusApplicationProcess application =
        start(named, jobs.ledgerSettings()).awaitPhase("AGREED")) {
      Await.until(
          () -> "the worker 'ledger' has a session:\n" + application.process().output(),
          SECONDS,
          () -> application.health().at("/data/ledger.phase").asText().equals("AGREED"));
      assertThat(application.health().at("/status").asText()).isEqualTo("UP");
      assertThat(application.management("metrics"))
          .contains("orrery_worker_connected{worker=\"\"} 1.0")
          .contains("orrery_worker_connected{worker=\"ledger\"} 1.0");

      jobs.requireDrainOfBothWorkers(application.process());
    }
  }

  /** The request is in one process, the job in another one. */
  @AtNight
  @Test
  void tracesRequestThroughSubmissionToJob() throws IOException {
    QuarkusProgram traced =
        QuarkusProgram.build(
            List.of(SOURCES.resolve("quarkus"), SOURCES.resolve("quarkus-traced")), "-Ptraced");
    jobs.put("slow", "{}");
    try (QuarkusApplicationProcess worker = start(traced).awaitPhase("AGREED");
        QuarkusApplicationProcess shop =
            start(traced, jobs.clientSettings("orrery.worker.enabled=false")).awaitStarted()) {
      String id = shop.post("/orders/7");
      assertThat(shop.post("/orders/7")).isEqualTo(id);

      jobs.requireTrace(shop.process(), worker.process(), id);
    }
  }

  /** The time that Quarkus gives requests does not cut the drain, and the drain has an end. */
  @Test
  void handsBackRunsUnfinishedAtDrainTimeout() {
    jobs.put("slow", "{\"pause\":\"60s\"}");
    try (QuarkusApplicationProcess application =
        start("orrery.worker.drain-timeout=1s", "quarkus.shutdown.timeout=100ms")
            .awaitPhase("AGREED")) {
      String id = stack.api().run(Stack.APP, "slow");
      stack.api().awaitLog(id, "pausing", SECONDS);

      application.process().terminate();

      application.process().awaitExit(SECONDS);
      assertThat(application.process().output()).contains("running=1");
      assertThat(stack.api().state(id)).isEqualTo("WAITING");
      stack.api().cancel(id);
    }
  }
}
