package dev.orrery.it.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.client.ClientSettings;
import dev.orrery.client.Instance;
import dev.orrery.client.OrreryClient;
import dev.orrery.it.Leases;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import dev.orrery.it.harness.StarterJobs;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Tests an application with the starter. Each subclass runs the tests with another line of Spring
 * Boot.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpringBootScenarios {
  private static final Duration SECONDS = Duration.ofSeconds(30);
  private static final String TOKENS = "/apps/" + Stack.APP + "/tokens";

  private final String boot;
  private SpringProgram program;
  static final String BOOT_3 = "3.5.16";
  static final String BOOT_4_1 = "4.1.2";

  private Stack stack;
  private StarterJobs jobs;
  private int number;

  /**
   * @param boot the release of Spring Boot
   */
  SpringBootScenarios(String boot) {
    this.boot = boot;
  }

  @BeforeAll
  void startScheduler() throws IOException {
    program = SpringProgram.build(boot);
    stack = new Stack("spring-" + boot);
    stack.startScheduler();
    jobs = new StarterJobs(stack);
  }

  @AfterAll
  void stopScheduler() {
    if (stack != null) {
      stack.close();
    }
  }

  private SpringApplicationProcess start(String... more) {
    return start(jobs, more);
  }

  private SpringApplicationProcess start(StarterJobs served, String... more) {
    return start(program, served, more);
  }

  private SpringApplicationProcess start(
      SpringProgram started, StarterJobs served, String... more) {
    List<String> settings = served.settings(more);
    if (String.join(" ", more).contains("orrery.worker.token-file=")) {
      settings.removeIf(setting -> setting.startsWith("orrery.worker.token="));
    }
    return started.start(
        served.stack().directory().resolve("application-" + ++number + ".log"), settings);
  }

  /**
   * @param role of the token that applies the jobs
   */
  private SpringApplicationProcess startDeclaring(String role, String... more) {
    return start(jobs.declaringSettings(role, more)).awaitPhase("AGREED");
  }

  private String storedJobs() {
    return stack.api().get("/apps/" + Stack.APP + "/jobs").toString();
  }

  @Test
  void runsJobsByCronAndApi() throws IOException {
    try (SpringApplicationProcess application = startDeclaring("declare")) {
      jobs.requireRuns(application.process());

      assertThat(application.health().at("/status").asText()).isEqualTo("UP");
      assertThat(application.health().at("/details/declaredJobs").asText()).isEqualTo("APPLIED");
      assertThat(application.actuator("info"))
          .contains("\"jobs\":[\"each-second\",\"import-orders\",\"order\",\"slow\"]");
      assertThat(application.actuator("prometheus"))
          .contains("orrery_worker_connected 1.0")
          .contains(
              "orrery_worker_attempts_duration_seconds_count{outcome=\"succeeded\","
                  + "processor=\"import-orders\"} 1");
    }
  }

  @Test
  void runsDeclaredJobWithDeclareToken() {
    try (SpringApplicationProcess application = startDeclaring("declare");
        OrreryClient client =
            ClientSettings.of(Stack.APP, stack.api().newToken(Stack.APP, "declare"))
                .server("http://localhost:" + stack.apiPort())
                .open()) {
      awaitOutput(application, "Declared the jobs: ");

      Instance ended = client.awaitEnd(client.runJob("each-second"), SECONDS);

      assertThat(ended.result()).contains("wrote tick");
    }
  }

  @Test
  void submitsRunsFromJobBeans() {
    stack.api().putJob(Stack.APP, "noop", "{\"processor\":{\"type\":\"noop\"}}");
    jobs.put("order", "{\"id\":\"7\"}");
    try (SpringApplicationProcess application =
        start(jobs.clientSettings("orrery.client.required-jobs=noop,order"))) {
      application.awaitPhase("AGREED");

      assertThat(application.process().output()).doesNotContain("required jobs");
      List<String> orders = stack.api().runMany(Stack.APP, "order", 2);
      orders.forEach(id -> stack.api().awaitState(id, "SUCCEEDED", SECONDS));

      assertThat(orders.stream().map(id -> stack.api().instance(id).get("result").asText()))
          .containsOnly(stack.api().instances(Stack.APP, "noop").get(0).get("id").asText());
      assertThat(stack.api().instances(Stack.APP, "noop")).hasSize(1);
    }
  }

  @Test
  void refusesToStartWithoutRequiredJob() {
    jobs.put("slow", "{}");
    try (SpringApplicationProcess application =
        start(jobs.clientSettings("orrery.client.required-jobs=slow,slwo"))) {
      application.process().awaitExit(SECONDS); // With 0, because of DevTools.

      assertThat(application.process().output())
          .contains("APPLICATION FAILED TO START")
          .contains("do not exist in app '" + Stack.APP + "': 'slwo' (did you mean 'slow'?).");
    }
  }

  /** The request is in one process, the job in another one. */
  @Tag("thorough")
  @Test
  void tracesRequestThroughSubmissionToJob() throws IOException {
    SpringProgram traced = SpringProgram.buildTraced(boot);
    jobs.put("slow", "{}");
    String sampling = "management.tracing.sampling.probability=1.0";
    try (SpringApplicationProcess worker = start(traced, jobs, sampling).awaitPhase("AGREED");
        SpringApplicationProcess shop =
            start(traced, jobs, jobs.clientSettings(sampling, "orrery.worker.enabled=false"))
                .awaitStarted()) {
      String id = shop.post("/orders/7");
      assertThat(shop.post("/orders/7")).isEqualTo(id);

      jobs.requireTrace(shop.process(), worker.process(), id);
    }
  }

  @Test
  void runsJobsOfSameNameByWorkersOfTwoAppsAndDrainsBoth() throws IOException {
    try (SpringApplicationProcess application =
        start(program.with("named"), jobs, jobs.ledgerSettings()).awaitPhase("AGREED")) {
      Await.until(
          () -> "the worker 'ledger' has a session:\n" + application.process().output(),
          SECONDS,
          () -> application.health().at("/details/ledger.phase").asText().equals("AGREED"));
      assertThat(application.health().at("/status").asText()).isEqualTo("UP");
      assertThat(application.actuator("prometheus"))
          .contains("orrery_worker_connected{worker=\"\"} 1.0")
          .contains("orrery_worker_connected{worker=\"ledger\"} 1.0");

      jobs.requireDrainOfBothWorkers(application.process());
    }
  }

  /** Also if Spring does not wait for them as long, beans that they use stay. */
  @Test
  void drainsRunningJobsOnSigtermAndPrunesJobsRemovedFromCode() throws IOException {
    jobs.put("slow", "{\"pause\":\"3s\"}");
    stack
        .api()
        .call(
            "POST",
            "/apps/" + Stack.APP + "/jobs:apply",
            "{\"owner\":\"code.billing\",\"jobs\":[{\"name\":\"of-deleted-code\","
                + "\"processor\":{\"type\":\"noop\"}}]}");
    assertThat(storedJobs()).contains("of-deleted-code");
    try (SpringApplicationProcess application =
        startDeclaring(
            "operator",
            "orrery.worker.declare-prune=true",
            "spring.lifecycle.timeout-per-shutdown-phase=500ms")) {
      Await.until(
          () -> "the jobs are pruned:\n" + application.process().output(),
          SECONDS,
          () -> !storedJobs().contains("of-deleted-code"));
      assertThat(storedJobs()).contains("slow", "each-second");
      jobs.requireDrain(application.process());

      assertThat(application.process().output())
          .containsSubsequence("Draining the worker", "The store is closed");
    }
  }

  @Tag("thorough")
  @Test
  void rerunsJobsOfKilledApplicationInAnotherProcess() throws IOException {
    try (Stack impatient = new Stack("spring-kill-" + boot, Leases.options())) {
      impatient.startScheduler();
      StarterJobs served = new StarterJobs(impatient);
      served.put("slow", "{\"pause\":\"4s\"}");
      List<String> ids;
      try (SpringApplicationProcess first = start(served).awaitPhase("AGREED")) {
        ids = served.startSlow();
        first.process().kill();
      }

      try (SpringApplicationProcess second = start(served).awaitPhase("AGREED")) {
        for (String id : ids) {
          impatient.api().awaitState(id, "SUCCEEDED", Leases.untilTakenOver());
          assertThat(impatient.api().instance(id).get("attempt").asInt()).isEqualTo(2);
        }
        assertThat(second.health().at("/status").asText()).isEqualTo("UP");
      }
    }
  }

  /** Versions with another schedule run beside each other, and the older one crashes in a loop. */
  @AtNight
  @Test
  void keepsScheduleOfNewerVersionWhileOlderOneCrashes() throws IOException {
    try (Stack own = new Stack("spring-versions-" + boot)) {
      own.startScheduler();
      StarterJobs served = new StarterJobs(own);
      served.put("slow", "{\"pause\":\"4s\"}");
      try (SpringApplicationProcess older = startVersion(served, 1, "* * * * * *");
          SpringApplicationProcess newer = startVersion(served, 2, "0 0 3 * * *")) {
        awaitOutput(newer, "Declared the jobs: ");
        List<String> ids = served.startSlow();
        for (int crash = 0; crash < 3; crash++) {
          try (SpringApplicationProcess crashing = startVersion(served, 1, "* * * * * *")) {
            awaitOutput(crashing, "Jobs are declared by a newer version of this application");
            crashing.process().kill();
          }
        }
        older.process().terminate();
        older.process().awaitExit(SECONDS);

        ids.forEach(id -> own.api().awaitState(id, "SUCCEEDED", SECONDS));
        JsonNode job = own.api().get("/apps/" + Stack.APP + "/jobs/each-second");
        assertThat(job.at("/trigger/cron").asText()).isEqualTo("0 0 3 * * *");
        assertThat(job.at("/enabled").asBoolean()).isTrue();
        assertThat(own.api().states(Stack.APP, "each-second")).doesNotContainKey("CANCELED");
        assertThat(newer.health().at("/details/declaredJobs").asText()).isEqualTo("APPLIED");
      }
    }
  }

  private SpringApplicationProcess startVersion(StarterJobs served, int version, String cron) {
    SpringApplicationProcess application =
        start(
            served,
            served.declaringSettings(
                "declare", "orrery.worker.declare-version=" + version, "each-second.cron=" + cron));
    return application.awaitPhase("AGREED");
  }

  private static void awaitOutput(SpringApplicationProcess application, String line) {
    Await.until(
        () -> line + ":\n" + application.process().output(),
        SECONDS,
        () -> application.process().output().contains(line));
  }

  @Tag("thorough")
  @Test
  void startsWithoutSchedulerAndSurvivesItsOutage() throws IOException {
    jobs.put("slow", "{\"pause\":\"3s\"}");
    stack.killScheduler();
    try (SpringApplicationProcess application = start().awaitPhase("UNREACHABLE")) {
      assertThat(application.health().at("/status").asText()).isEqualTo("DOWN");
      stack.startScheduler();
      application.awaitPhase("AGREED");
      String id = stack.api().run(Stack.APP, "slow");
      stack.api().awaitState(id, "RUNNING", SECONDS);

      stack.killScheduler();
      application.awaitPhase("UNREACHABLE");
      stack.startScheduler();

      stack.api().awaitState(id, "SUCCEEDED", Duration.ofSeconds(60));
      assertThat(stack.api().instance(id).get("attempt").asInt()).isEqualTo(1);
    }
  }

  /** As a Secret of Kubernetes is rotated: the new token is there, then the old one ends. */
  @Tag("thorough")
  @Test
  void keepsSessionWhenTokenFileIsRenewed() throws IOException {
    jobs.put("slow", "{\"pause\":\"3s\"}");
    Set<String> others = tokenIds();
    Path file =
        Files.writeString(
            stack.directory().resolve("token"), stack.api().newToken(Stack.APP, "worker"));
    Set<String> first = tokenIds();
    first.removeAll(others);
    try (SpringApplicationProcess application =
        start("orrery.worker.token-file=" + file).awaitPhase("AGREED")) {
      String running = stack.api().run(Stack.APP, "slow");
      stack.api().awaitState(running, "RUNNING", SECONDS);
      Files.writeString(file, stack.api().newToken(Stack.APP, "worker"));
      awaitOutput(application, "The token file has changed; using the new token");
      for (String id : first) {
        assertThat(stack.api().call("DELETE", TOKENS + "/" + id, null).status()).isEqualTo(204);
      }

      stack.api().awaitState(running, "SUCCEEDED", SECONDS);
      String next = stack.api().run(Stack.APP, "slow");
      stack.api().awaitState(next, "SUCCEEDED", SECONDS);
      assertThat(first).hasSize(1);
      assertThat(stack.api().instance(running).get("attempt").asInt()).isEqualTo(1);
      assertThat(application.process().output()).containsOnlyOnce("Session opened");
    }
  }

  private Set<String> tokenIds() {
    return StreamSupport.stream(stack.api().get(TOKENS).get("items").spliterator(), false)
        .map(token -> token.get("id").asText())
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** A worker's token cannot write jobs; the worker works all the same. */
  @Tag("thorough")
  @Test
  void reportsRefusedJobDeclarationInHealth() throws IOException {
    jobs.put("slow", "{\"pause\":\"PT0S\"}");
    try (SpringApplicationProcess application = startDeclaring("worker")) {
      Await.until(
          () -> "the declaration is refused:\n" + application.process().output(),
          SECONDS,
          () -> application.health().at("/details/declaredJobs").asText().equals("REFUSED"));

      assertThat(application.health().at("/details/declaredJobsDetail").asText())
          .startsWith("FORBIDDEN: ")
          .endsWith("Setting to change: orrery.worker.declare-token.");
      String id = stack.api().run(Stack.APP, "slow");
      stack.api().awaitState(id, "SUCCEEDED", SECONDS);
    }
  }

  /** DevTools loads the classes of the application again, with a class loader of its own. */
  @Tag("thorough")
  @Test
  void runsJobsAfterDevToolsRestart() throws IOException {
    jobs.put("slow", "{\"pause\":\"PT0S\"}");
    try (SpringApplicationProcess application = start().awaitPhase("AGREED")) {
      program.touchClasses();

      Await.until(
          () -> "the worker has stopped and joined again:\n" + application.process().output(),
          SECONDS,
          () ->
              application
                  .process()
                  .output()
                  .matches("(?s).*Worker stopped: app=.*Session opened.*"));
      String id = stack.api().run(Stack.APP, "slow");
      stack.api().awaitState(id, "SUCCEEDED", SECONDS);
    }
  }
}
