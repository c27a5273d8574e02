package dev.orrery.it.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a packaged application with the extension does with a packaged scheduler. */
@Tag("thorough")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuarkusIT {
  private static final Duration SECONDS = Duration.ofSeconds(30);
  private static final Duration MINUTE = Duration.ofSeconds(60);
  private static final int JOBS = 10;

  private QuarkusProgram program;
  private Stack stack;
  private int number;

  @BeforeAll
  void startScheduler() throws IOException {
    program = QuarkusProgram.build(Stack.root().resolve("integration-tests/src/quarkus"));
    stack = new Stack("quarkus", "-Dorrery.session.lease=6s", "-Dorrery.session.renew-interval=2s");
    stack.startScheduler();
  }

  @AfterAll
  void stopScheduler() {
    if (stack != null) {
      stack.close();
    }
  }

  private QuarkusApplicationProcess start(String... more) {
    int port = Ports.free();
    List<String> settings =
        new ArrayList<>(
            List.of(
                "quarkus.http.port=" + port,
                "orrery.worker.app=" + Stack.APP,
                "orrery.worker.token=" + stack.workerToken(),
                "orrery.worker.server=http://localhost:" + stack.httpPort()));
    settings.addAll(List.of(more));
    return new QuarkusApplicationProcess(
        program.start(stack.directory().resolve("application-" + ++number + ".log"), settings),
        port);
  }

  private QuarkusApplicationProcess startDeclaring(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "orrery.worker.declare-jobs=true",
                "orrery.worker.declare-server=http://localhost:" + stack.apiPort(),
                "orrery.worker.declare-token=" + stack.api().newToken(Stack.APP, "operator")));
    settings.addAll(List.of(more));
    return start(settings.toArray(new String[0])).awaitPhase("AGREED");
  }

  private void putJob(String job, String parameters) {
    stack
        .api()
        .putJob(
            Stack.APP,
            job,
            "{\"processor\":{\"type\":\"java\",\"name\":\"%s\"},\"parameters\":%s}"
                .formatted(job, parameters));
  }

  @Test
  void runsJobsByCronAndByTheApi() throws IOException {
    putJob("import-orders", "{\"dir\":\"/in\",\"day\":\"2026-11-26\"}");
    try (QuarkusApplicationProcess application = startDeclaring()) {
      String id = stack.api().run(Stack.APP, "import-orders");
      stack.api().awaitState(id, "SUCCEEDED", SECONDS);

      JsonNode run = stack.api().instance(id);
      assertThat(run.get("result").asText()).isEqualTo("{\"rows\":12,\"day\":\"2026-11-26\"}");
      Await.until(
          "the line is in the log",
          SECONDS,
          () -> stack.api().get("/instances/" + id + "/logs").toString().contains("reading /in"));
      Await.until(
          () -> "three runs by cron have succeeded:\n" + application.process().output(),
          SECONDS,
          () -> stack.api().states(Stack.APP, "each-second").getOrDefault("SUCCEEDED", 0) >= 3);
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
  void drainsTenRunningJobsAtSigtermAndPrunesSwitchedOffOnes() {
    putJob("slow", "{\"pause\":\"3s\"}");
    try (QuarkusApplicationProcess application = startDeclaring("each-second.cron=-")) {
      List<String> ids = stack.api().runMany(Stack.APP, "slow", JOBS);
      ids.forEach(id -> stack.api().awaitState(id, "RUNNING", SECONDS));

      application.process().terminate();

      application.process().awaitExit(SECONDS);
      for (String id : ids) {
        JsonNode run = stack.api().instance(id);
        assertThat(run.get("state").asText()).as(run.toString()).isEqualTo("SUCCEEDED");
        assertThat(run.get("attempt").asInt()).isEqualTo(1);
        assertThat(run.get("result").asText()).isEqualTo("wrote slowly");
      }
      assertThat(application.process().output())
          .containsSubsequence("Draining the worker", "has stopped", "The store is closed");
      assertThat(stack.api().get("/apps/" + Stack.APP + "/jobs").toString())
          .doesNotContain("each-second");
    }
  }

  /** The time that Quarkus gives requests does not cut the drain, and the drain has an end. */
  @Test
  void handsBackWhatDoesNotEndInTime() {
    putJob("slow", "{\"pause\":\"60s\"}");
    try (QuarkusApplicationProcess application =
        start("orrery.worker.drain-timeout=1s", "quarkus.shutdown.timeout=100ms")
            .awaitPhase("AGREED")) {
      String id = stack.api().run(Stack.APP, "slow");
      Await.until(
          "the job has begun",
          SECONDS,
          () -> stack.api().get("/instances/" + id + "/logs").toString().contains("pausing"));

      application.process().terminate();

      application.process().awaitExit(SECONDS);
      assertThat(application.process().output()).contains("running=1");
      assertThat(stack.api().state(id)).isEqualTo("WAITING");
      stack.api().cancel(id);
    }
  }

  @Test
  void startsWithoutSchedulerAndOutlivesItsAbsence() throws IOException {
    putJob("slow", "{\"pause\":\"3s\"}");
    stack.killScheduler();
    try (QuarkusApplicationProcess application = start().awaitPhase("UNREACHABLE")) {
      assertThat(application.health().at("/status").asText()).isEqualTo("DOWN");
      assertThat(application.status("health/ready")).isEqualTo(200);
      assertThat(application.status("health/live")).isEqualTo(200);
      stack.startScheduler();
      application.awaitPhase("AGREED");
      String id = stack.api().run(Stack.APP, "slow");
      stack.api().awaitState(id, "RUNNING", SECONDS);

      stack.killScheduler();
      application.awaitPhase("UNREACHABLE");
      stack.startScheduler();

      stack.api().awaitState(id, "SUCCEEDED", MINUTE);
      assertThat(stack.api().instance(id).get("attempt").asInt()).isEqualTo(1);
    }
  }

  @Test
  void goesOnElsewhereAfterTheProcessWasKilled() {
    putJob("slow", "{\"pause\":\"2s\"}");
    try (QuarkusApplicationProcess killed = start().awaitPhase("AGREED")) {
      String id = stack.api().run(Stack.APP, "slow");
      stack.api().awaitState(id, "RUNNING", SECONDS);

      killed.process().kill();
      try (QuarkusApplicationProcess other = start().awaitPhase("AGREED")) {
        stack.api().awaitState(id, "SUCCEEDED", MINUTE);
        assertThat(stack.api().instance(id).get("attempt").asInt()).isEqualTo(2);
        other.process().requireAlive();
      }
    }
  }
}
