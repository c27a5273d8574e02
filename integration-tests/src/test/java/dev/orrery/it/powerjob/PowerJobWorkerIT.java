package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.MachineLoad;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Runs jobs on the published PowerJob worker 4.3.9, over HTTP. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PowerJobWorkerIT {
  /** A worker sends a heartbeat each 10 s, the first one at once. */
  private static final Duration JOINED = Duration.ofSeconds(12);

  private static final Duration SECONDS = Duration.ofSeconds(20);

  private static Stack stack;
  private static ProgramProcess worker;

  @BeforeAll
  static void startWorker() throws IOException {
    Optional<PowerJobProgram> program = PowerJobProgram.build(PowerJobProgram.DEFAULT_VERSION);
    if (program.isEmpty()) {
      System.out.println("SKIPPED PowerJobWorkerIT: PowerJob's worker cannot be resolved");
      Assumptions.abort("PowerJob's worker cannot be resolved");
    }
    stack =
        new Stack(
            "powerjob",
            "-Dorrery.powerjob.enabled=true",
            "-Dorrery.powerjob.allowed-networks=127.0.0.0/8");
    stack.startScheduler();
    open();
    worker =
        program
            .get()
            .start(
                stack.directory(),
                "127.0.0.1:" + stack.apiPort(),
                Stack.APP,
                Ports.free(),
                PowerJobProgram.Setting.DEFAULT);
    Await.until(
        () -> "the worker is listed:\n" + worker.output(),
        JOINED,
        () -> {
          worker.requireAlive();
          return workers().size() == 1;
        });
  }

  private static void open() throws IOException {
    Api.Answer opened = stack.api().call("PUT", "/apps/" + Stack.APP + "/powerjob", "{}");
    assertThat(opened.status()).isEqualTo(200);
    assertThat(opened.body().get("enabled").asBoolean()).isTrue();
  }

  @AfterAll
  static void stop() {
    if (worker != null) {
      worker.close();
    }
    if (stack != null) {
      stack.close();
    }
  }

  private static JsonNode workers() {
    return stack.api().get("/workers").get("items");
  }

  private static void putJob(String job, String processor, String more) {
    stack
        .api()
        .putJob(
            Stack.APP,
            job,
            "{\"processor\":{\"type\":\"powerjob\",\"processorInfo\":\"worker.%s\"},%s}"
                .formatted(processor, more));
  }

  private static void putSleep(String job, Duration sleep) {
    putJob(job, "Sleep", "\"parameters\":{\"jobParams\":\"%d\"}".formatted(sleep.toMillis()));
  }

  @Test
  void listsWorkerWithItsVersion() {
    assertThat(workers().toString()).contains("PowerJob 4.3.9");
  }

  @Test
  void runsJobsByCronAndApiAndStoresTheirLogs() {
    putJob("each-second", "Noop", "\"trigger\":{\"cron\":\"* * * * * *\"}");
    putJob("by-hand", "Noop", "\"parameters\":{\"jobParams\":\"seven\"}");

    String id = stack.api().run(Stack.APP, "by-hand");
    stack.api().awaitState(id, "SUCCEEDED", SECONDS);

    assertThat(stack.api().instance(id).toString()).contains("done seven");
    Await.until(
        "three runs by cron have succeeded",
        SECONDS,
        () -> stack.api().states(Stack.APP, "each-second").getOrDefault("SUCCEEDED", 0) >= 3);
    stack.api().awaitLog(id, "got seven", SECONDS);
    assertThat(stack.api().states(Stack.APP, "each-second")).doesNotContainKey("FAILED");
  }

  @Test
  @Tag("thorough")
  void failsRunAfterLastRetry() {
    putJob("failing", "Fail", "\"retry\":{\"maxAttempts\":2,\"backoff\":\"PT0S\"}");

    String id = stack.api().run(Stack.APP, "failing");
    stack.api().awaitState(id, "FAILED", SECONDS);

    JsonNode failed = stack.api().instance(id);
    assertThat(failed.get("attempt").asInt()).isEqualTo(2);
    assertThat(failed.toString()).contains("failed on purpose");
  }

  @Test
  void cancelsSleepingRun() {
    putSleep("long", Duration.ofMinutes(5));

    String id = stack.api().run(Stack.APP, "long");
    stack.api().awaitState(id, "RUNNING", SECONDS);
    JsonNode before = workers().get(0).get("connectedAt");
    stack.api().cancel(id);

    stack.api().awaitState(id, "CANCELED", SECONDS);
    assertThat(stack.api().instance(id).get("endReason").asText()).isEqualTo("CANCELED");
    assertThat(stack.api().instance(id).get("error").isNull()).isTrue();
    assertThat(workers().get(0).get("connectedAt")).as("the same session").isEqualTo(before);
    assertThat(startDelayOfNextRun()).isLessThan(MachineLoad.stretch(Duration.ofSeconds(1)));
  }

  /** The gateway must not take the stop for a restart, and pause before it sends the next run. */
  private static Duration startDelayOfNextRun() {
    putJob("next", "Noop", "\"timeout\":\"PT1M\"");
    String next = stack.api().run(Stack.APP, "next");
    stack.api().awaitState(next, "SUCCEEDED", SECONDS);
    JsonNode run = stack.api().instance(next);
    return Duration.between(
        Instant.parse(run.get("createdAt").asText()), Instant.parse(run.get("startedAt").asText()));
  }

  /** The last one: the worker joins again with its next heartbeat only, up to 10 s later. */
  @Order(Integer.MAX_VALUE)
  @Test
  @Tag("thorough")
  void finishesRunsOnFirstAttemptDespiteSchedulerKill() {
    // Longer than a restart on a slow machine: a worker forgets an end that it cannot report.
    putSleep("through", Duration.ofSeconds(25));

    List<String> ids = stack.api().runMany(Stack.APP, "through", 5);
    ids.forEach(id -> stack.api().awaitState(id, "RUNNING", SECONDS));
    stack.killScheduler();
    stack.startScheduler();

    for (String id : ids) {
      stack.api().awaitState(id, "SUCCEEDED", Duration.ofSeconds(60));
      assertThat(stack.api().instance(id).get("attempt").asInt()).isEqualTo(1);
    }
  }
}
