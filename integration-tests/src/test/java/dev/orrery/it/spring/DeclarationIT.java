package dev.orrery.it.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.orrery.it.Leases;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Load;
import dev.orrery.it.harness.Stack;
import dev.orrery.it.harness.StarterJobs;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests applications that declare their jobs, while their versions, their tokens and the scheduler
 * change. Prints the log lines of the programs at each step.
 */
@Tag("thorough")
@AtNight
class DeclarationIT {
  private static final Duration SECONDS = Duration.ofSeconds(30);

  /** A process declares its jobs each minute, and the scheduler looks each minute. */
  private static final Duration NEXT_MINUTE = Duration.ofSeconds(100);

  private static final Duration VERSION_TIMEOUT = Duration.ofMinutes(2);
  private static final Instant FIRST_BUILT = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant SECOND_BUILT = Instant.parse("2026-02-01T00:00:00Z");
  private static final String DECLARED = "Declared the jobs: ";
  private static final String LEFT = "Jobs are declared by a newer version of this application";
  private static final String TOLD =
      "(?i).*(declar|newer version|draining|worker stopped|refused|session opened).*";

  private static SpringProgram program;

  private final List<SpringApplicationProcess> started = new ArrayList<>();
  private final Map<ProgramProcess, Integer> printed = new HashMap<>();

  @BeforeAll
  static void build() throws IOException {
    program = SpringProgram.build("4.0.9");
  }

  @AfterEach
  void killApplications() {
    started.forEach(SpringApplicationProcess::close);
  }

  private SpringApplicationProcess start(
      String name, SpringProgram release, Stack stack, List<String> settings) {
    SpringApplicationProcess application =
        release.start(stack.directory().resolve(name + "-" + started.size() + ".log"), settings);
    started.add(application);
    return application;
  }

  private void stop(SpringApplicationProcess application) {
    application.process().terminate();
    application.process().awaitExit(SECONDS);
  }

  /** Prints what programs have logged since the last step. */
  private void print(String step, ProgramProcess... others) {
    System.out.println("DeclarationIT: " + step);
    Stream.concat(Stream.of(others), started.stream().map(SpringApplicationProcess::process))
        .forEach(
            process -> {
              List<String> lines = process.output().lines().toList();
              lines.stream()
                  .skip(printed.getOrDefault(process, 0))
                  .filter(line -> line.matches(TOLD))
                  .forEach(line -> System.out.println("  " + process + ": " + line));
              printed.put(process, lines.size());
            });
  }

  private static void awaitOutput(ProgramProcess process, String text, Duration longest) {
    Await.until(
        () -> process + " logs '" + text + "':\n" + process.output(),
        longest,
        () -> process.output().contains(text));
  }

  @Test
  void keepsJobsAndRunsThroughRollingUpdateCrashLoopAndHalfRollback() throws Exception {
    SpringProgram first = program.release(1, FIRST_BUILT);
    SpringProgram second = program.release(2, SECOND_BUILT);
    String[] options =
        Stream.concat(
                Stream.of(Leases.options()),
                Stream.of(
                    "-Dorrery.declarations.version-timeout=" + VERSION_TIMEOUT,
                    "-Dorrery.declarations.grace=1s"))
            .toArray(String[]::new);
    try (Stack stack = new Stack("declaration-update", options)) {
      ProgramProcess scheduler = stack.startScheduler();
      StarterJobs jobs = new StarterJobs(stack);
      List<String> settings = jobs.settings(jobs.declaringSettings("declare"));

      SpringApplicationProcess old = start("first", first, stack, settings).awaitPhase("AGREED");
      awaitOutput(old.process(), DECLARED, SECONDS);
      SpringApplicationProcess lastOld =
          start("first", first, stack, settings).awaitPhase("AGREED");
      awaitOutput(lastOld.process(), DECLARED, SECONDS);
      print("two processes of release 1 have declared its jobs", scheduler);

      try (Load load = load(stack, "changed", "old-name", "removed")) {
        SpringApplicationProcess update =
            start("second", second, stack, settings).awaitPhase("AGREED");
        awaitOutput(update.process(), DECLARED, SECONDS);
        try (Load loadOfNew = load(stack, "new-name", "changed")) {
          stop(old);
          SpringApplicationProcess lastUpdate =
              start("second", second, stack, settings).awaitPhase("AGREED");
          awaitOutput(lastUpdate.process(), DECLARED, SECONDS);
          print("release 2 has replaced one process of release 1, and then runs twice", scheduler);

          for (int crash = 0; crash < 4; crash++) {
            SpringApplicationProcess crashing =
                start("crashing", first, stack, settings).awaitPhase("AGREED");
            awaitOutput(crashing.process(), LEFT, SECONDS);
            crashing.process().kill();
          }
          print("a process of release 1 was killed four times after its start", scheduler);

          awaitOutput(lastOld.process(), LEFT, NEXT_MINUTE);
          stop(lastOld);
          awaitOutput(scheduler, "Disabled jobs whose code declares them no longer", SECONDS);
          print("release 1 has stopped", scheduler);

          stop(lastUpdate);
          SpringApplicationProcess rolledBack =
              start("first", first, stack, settings).awaitPhase("AGREED");
          awaitOutput(rolledBack.process(), LEFT, SECONDS);
          Instant longer = renewedAt(stack).plus(VERSION_TIMEOUT).plusSeconds(1);
          Await.until(
              "release 2 stays in force for longer than its time-out",
              VERSION_TIMEOUT.plus(NEXT_MINUTE),
              () -> renewedAt(stack).isAfter(longer));
          loadOfNew.stop();
          load.stop();
          requireNothingLost(stack, List.of(load, loadOfNew));
          assertThat(rolledBack.health().at("/details/declaredJobs").asText()).isEqualTo("LEFT");
          assertThat(update.health().at("/details/declaredJobs").asText()).isEqualTo("APPLIED");
        }
      }
      requireScheduleOfSecond(stack);
      print("one of two processes was rolled back to release 1 for two minutes", scheduler);
    }
  }

  private static Load load(Stack stack, String... jobs) {
    return new Load(
        stack.apiPort(), stack.api().token(), List.of(jobs), HttpClient.Version.HTTP_1_1);
  }

  private static Instant renewedAt(Stack stack) throws SQLException {
    try (Connection connection = stack.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select renewed_at from declaration")) {
      assertThat(row.next()).isTrue();
      return row.getTimestamp("renewed_at").toInstant();
    }
  }

  private static void requireNothingLost(Stack stack, List<Load> loads) {
    for (Load load : loads) {
      assertThat(load.errors()).isEmpty();
      load.accepted()
          .forEach(one -> stack.api().awaitState(one.id(), "SUCCEEDED", Leases.untilTakenOver()));
    }
    for (String job : List.of("changed", "each-second", "new-name", "old-name", "removed")) {
      Map<String, Integer> states = stack.api().states(Stack.APP, job);
      System.out.println("DeclarationIT: runs of " + job + " by state: " + states);
      assertThat(states)
          .as(job)
          .containsKey("SUCCEEDED")
          .doesNotContainKeys("CANCELED", "FAILED", "TIMED_OUT");
    }
  }

  private static void requireScheduleOfSecond(Stack stack) {
    JsonNode jobs = stack.api().get("/apps/" + Stack.APP + "/jobs").get("items");
    assertThat(jobs.findValuesAsText("name"))
        .contains("changed", "each-second", "new-name", "old-name", "removed");
    Map<String, JsonNode> byName = new HashMap<>();
    jobs.forEach(job -> byName.put(job.get("name").asText(), job));
    assertThat(byName.get("changed").at("/trigger/cron").asText()).isEqualTo("*/3 * * * * *");
    assertThat(byName.get("changed").at("/priority").asInt()).isEqualTo(7);
    for (String declared : List.of("changed", "each-second", "new-name")) {
      JsonNode job = byName.get(declared);
      assertThat(job.at("/enabled").asBoolean()).as(declared).isTrue();
      assertThat(job.at("/status/declaration/version").asText()).isEqualTo(SECOND_BUILT.toString());
      int fired = succeeded(stack, declared);
      Await.until(declared + " is fired", SECONDS, () -> succeeded(stack, declared) > fired);
    }
    for (String removed : List.of("old-name", "removed")) {
      JsonNode job = byName.get(removed);
      assertThat(job.at("/enabled").asBoolean()).as(removed).isFalse();
      assertThat(job.at("/status/declaration/missingFrom").asText())
          .isEqualTo(SECOND_BUILT.toString());
    }
  }

  private static int succeeded(Stack stack, String job) {
    return stack.api().states(Stack.APP, job).getOrDefault("SUCCEEDED", 0);
  }

  /** Also behind a proxy whose scheduler is away, or with tokens that the scheduler refuses. */
  @Test
  void reportsUndeclaredJobsInHealthAndRecoversWithScheduler() throws IOException {
    try (Stack stack = new Stack("declaration-away", Leases.options())) {
      stack.startScheduler();
      StarterJobs jobs = new StarterJobs(stack);
      List<String> settings = jobs.settings(jobs.declaringSettings("declare"));
      stack.killScheduler();

      SpringApplicationProcess application = start("application", program, stack, settings);
      requireHealth(
          "away at the start", application, "DOWN", "UNREACHABLE", "PENDING", "ConnectException");
      stack.startScheduler();
      requireHealth("back", application, "UP", "AGREED", "APPLIED", "");
      requireRuns(stack);
      stack
          .api()
          .putJob(
              Stack.APP,
              "each-second",
              "{\"processor\":{\"type\":\"java\",\"name\":\"each-second\"},"
                  + "\"trigger\":{\"cron\":\"*/2 * * * * *\",\"dialect\":\"spring\"}}");

      stack.killScheduler();
      requireHealth(
          "away for a minute", application, "DOWN", "UNREACHABLE", "APPLIED", "ConnectException");
      stack.startScheduler();
      requireHealth("back after a minute", application, "UP", "AGREED", "APPLIED", "");
      requireRuns(stack);

      stack.killScheduler();
      HttpServer api = proxyWithoutScheduler(stack.apiPort());
      HttpServer worker = proxyWithoutScheduler(stack.httpPort());
      requireHealth(
          "behind a proxy that answers 404",
          application,
          "DOWN",
          "UNREACHABLE",
          "REFUSED",
          "is not the API of a scheduler (status 404). Setting to change: "
              + "orrery.worker.declare-server.");
      assertThat(application.health().at("/details/detail").asText())
          .contains("is not an Orrery scheduler (HTTP status 404)");
      api.stop(0);
      worker.stop(0);
      stack.startScheduler();
      requireHealth("back behind the proxy", application, "UP", "AGREED", "APPLIED", "");
      requireRuns(stack);
      assertThat(
              stack
                  .api()
                  .get("/apps/" + Stack.APP + "/jobs/each-second")
                  .at("/trigger/cron")
                  .asText())
          .as("an edit by hand, which only a start may undo")
          .isEqualTo("*/2 * * * * *");
      stop(application);

      SpringApplicationProcess stranger =
          start(
              "stranger",
              program,
              stack,
              settings.stream().map(DeclarationIT::wrongToken).toList());
      requireHealth(
          "with wrong tokens",
          stranger,
          "DOWN",
          "REFUSED",
          "REFUSED",
          "Setting to change: orrery.worker.declare-token.");
      assertThat(stranger.health().at("/details/problem").asText()).isEqualTo("UNAUTHENTICATED");
      stop(stranger);
      requireHealth(
          "restarted with the right tokens",
          start("application", program, stack, settings),
          "UP",
          "AGREED",
          "APPLIED",
          "");
    }
  }

  /** Both applications have the same methods, and the same jobs. */
  @Test
  void runsNothingOfApplicationThatHasJobsOfSameNames() throws IOException {
    try (Stack stack = new Stack("declaration-others", Leases.options())) {
      stack.startScheduler();
      StarterJobs jobs = new StarterJobs(stack);
      List<String> settings = jobs.settings(jobs.declaringSettings("declare"));
      SpringApplicationProcess one = start("one", program, stack, settings).awaitPhase("AGREED");
      requireHealth("the first application", one, "UP", "AGREED", "APPLIED", "");

      SpringApplicationProcess other =
          start("other", program, stack, with(settings, "spring.application.name=other"))
              .awaitPhase("AGREED");
      requireHealth("the second application", other, "UP", "AGREED", "REFUSED", "belongs to");
      int before = succeeded(stack, "each-second");
      Await.until(
          "twelve further runs", SECONDS, () -> succeeded(stack, "each-second") >= before + 12);

      Map<String, Integer> workers = new HashMap<>();
      stack
          .api()
          .get("/apps/" + Stack.APP + "/instances?job=each-second&limit=100")
          .get("items")
          .forEach(run -> workers.merge(run.path("worker").asText(), 1, Integer::sum));
      System.out.println("DeclarationIT: runs of each-second by worker: " + workers);
      assertThat(workers.keySet()).noneMatch(worker -> worker.contains("other"));
      assertThat(other.health().at("/details/notOffered").asText()).contains("each-second");
    }
  }

  private static List<String> with(List<String> settings, String more) {
    return Stream.concat(settings.stream(), Stream.of(more)).toList();
  }

  private static String wrongToken(String setting) {
    return setting.replaceFirst("token=.*", "token=orrery_unknown-token");
  }

  private static HttpServer proxyWithoutScheduler(int port) throws IOException {
    HttpServer proxy =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    byte[] body = "404 page not found\n".getBytes(StandardCharsets.UTF_8);
    proxy.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    proxy.start();
    return proxy;
  }

  private void requireHealth(
      String step,
      SpringApplicationProcess application,
      String status,
      String phase,
      String declared,
      String detail) {
    Await.until(
        () -> step + ": " + phase + " and " + declared + ":\n" + application.process().output(),
        NEXT_MINUTE,
        () -> {
          JsonNode details = application.health().at("/details");
          String said = details.path("declaredJobsDetail").asText();
          return application.health().at("/status").asText().equals(status)
              && details.path("phase").asText().equals(phase)
              && details.path("declaredJobs").asText().equals(declared)
              && (detail.isEmpty() ? said.isEmpty() : said.contains(detail));
        });
    print(step + ": " + text(application));
  }

  private static String text(SpringApplicationProcess application) {
    try {
      return application.health().toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void requireRuns(Stack stack) {
    int before = succeeded(stack, "each-second");
    Await.until("the job is fired", SECONDS, () -> succeeded(stack, "each-second") > before);
  }
}
