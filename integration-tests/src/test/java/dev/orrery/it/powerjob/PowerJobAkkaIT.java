package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Sockets;
import dev.orrery.it.powerjob.PowerJobProgram.Setting;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Runs jobs on published PowerJob workers over AKKA, which they use if no protocol is set, with the
 * port of the protocol http closed.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PowerJobAkkaIT {
  private static final List<String> VERSIONS = List.of("4.3.9", "5.1.1");
  private static final Setting AKKA = new Setting("AKKA", 2, Setting.DEFAULT.maxRuns());

  /** A lease ends after the loss of a worker. */
  private static final Duration RUNS_AGAIN = Duration.ofSeconds(60);

  /** A worker looks at a run that it maps every 13 s, and may get it after its next heartbeat. */
  private static final Duration HEAVY = Duration.ofSeconds(90);

  private static final int MANY = 2_000;
  private static final int ROUNDS = 3;

  private static PowerJobSite site;
  private static ProgramProcess scheduler;

  @BeforeAll
  static void startWorkers() throws IOException {
    List<PowerJobProgram> programs =
        List.of(PowerJobSite.program(VERSIONS.get(0)), PowerJobSite.program(VERSIONS.get(1)));
    site =
        PowerJobSite.createFor(
            " aKKa ",
            "powerjob-akka",
            "-Dorrery.protocols.active=Akka",
            "-Dorrery.protocols.akka.port=" + Ports.free());
    scheduler = site.stack().launchScheduler();
    site.stack().useScheduler();
    Map<String, ProgramProcess> started = new HashMap<>();
    for (String version : VERSIONS) {
      site.open(app(version));
      started.put(version, site.start(programs.get(VERSIONS.indexOf(version)), app(version), AKKA));
    }
    started.forEach((version, worker) -> site.awaitWorkers(app(version), 1, worker));
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  private static String app(String version) {
    return "v" + version.replace('.', '-');
  }

  private static Map<String, String> runInEachApp(String job) {
    Map<String, String> runs = new HashMap<>();
    VERSIONS.forEach(version -> runs.put(app(version), site.api().run(app(version), job)));
    return runs;
  }

  @Test
  void listsWorkersWithVersionAndProtocol() {
    JsonNode workers = site.api().get("/workers").get("items");

    assertThat(workers.toString()).contains("PowerJob 4.3.9", "PowerJob 5.1.1");
    workers.forEach(
        worker -> assertThat(worker.at("/agreement/protocol").asText()).isEqualTo("akka"));
  }

  @Test
  void runsJobsAndStoresTheirLogs() {
    VERSIONS.forEach(
        version -> {
          site.putJob(app(version), "by-hand", "Noop", "seven", "");
          site.putJob(
              app(version), "each-second", "Noop", "x", ",\"trigger\":{\"cron\":\"* * * * * *\"}");
        });

    runInEachApp("by-hand")
        .forEach(
            (app, id) -> {
              site.api().awaitState(id, "SUCCEEDED", PowerJobSite.SOON);
              assertThat(site.api().instance(id).toString()).contains("done seven");
              site.api().awaitLog(id, "got seven", PowerJobSite.SOON);
              assertThat(site.api().states(app, "each-second")).doesNotContainKey("FAILED");
            });
  }

  @Test
  @Tag("thorough")
  void failsRunsAfterLastRetryAndCancelsSleepingRuns() {
    VERSIONS.forEach(
        version -> {
          site.putJob(
              app(version),
              "failing",
              "Fail",
              "x",
              ",\"retry\":{\"maxAttempts\":2,\"backoff\":\"PT0S\"}");
          site.putJob(app(version), "long", "Sleep", "300000", "");
        });
    Map<String, String> failing = runInEachApp("failing");
    Map<String, String> sleeping = runInEachApp("long");

    failing
        .values()
        .forEach(
            id -> {
              site.api().awaitState(id, "FAILED", PowerJobSite.SOON);
              assertThat(site.api().instance(id).get("attempt").asInt()).isEqualTo(2);
              assertThat(site.api().instance(id).toString()).contains("failed on purpose");
            });
    sleeping
        .values()
        .forEach(
            id -> {
              site.api().awaitState(id, "RUNNING", PowerJobSite.SOON);
              site.api().cancel(id);
              site.api().awaitState(id, "CANCELED", PowerJobSite.SOON);
            });
  }

  @Test
  void sendsLargeParameters() {
    String app = app("4.3.9");
    site.putJob(app, "large", "Noop", "x".repeat(60_000), "");

    site.api().awaitState(site.api().run(app, "large"), "SUCCEEDED", PowerJobSite.SOON);
  }

  /** Its last report has an empty map that no run of another kind has. */
  @Test
  @Tag("thorough")
  void completesMapReduceRuns() {
    VERSIONS.forEach(
        version ->
            site.putHeavyJob(
                app(version),
                "reduce",
                "Split",
                "MAP_REDUCE",
                "7 10 " + site.stack().directory().resolve("items-" + app(version))));

    runInEachApp("reduce")
        .values()
        .forEach(
            id -> {
              site.api().awaitState(id, "SUCCEEDED", HEAVY);
              assertThat(site.api().instance(id).get("result").asText()).isEqualTo("7 of 7");
            });
  }

  @Test
  void listensOnExactlyThePlannedPorts() {
    assertThat(site.requirePlannedPorts(scheduler))
        .contains(site.akkaPort())
        .doesNotContain(site.stack().httpPort());
    assertThat(Ports.isFree(site.stack().httpPort())).isTrue();
    assertThat(site.api().get("/protocol").get("dialects").toString())
        .contains("[\"api\",\"powerjob-akka\",\"worker\"]");
  }

  @Test
  void refusesWorkerOverHttpWithSettingsOfBothSides() throws IOException {
    site.open("over-http");
    site.start(PowerJobSite.program("4.3.9"), "over-http", Setting.DEFAULT);

    assertThat(site.awaitRefusal("over-http"))
        .isEqualTo(
            "scheduler: orrery.powerjob.protocols=http,akka, and http in orrery.protocols.active;"
                + " or worker: PowerJobWorkerConfig.protocol=AKKA");
  }

  /** A worker over AKKA dropped 379 of 2,000 runs of PowerJob's own server. */
  @Order(Integer.MAX_VALUE - 2)
  @Test
  @Tag("thorough")
  @AtNight
  void completesRunsAsFastAsOverHttpWithoutNewConnections() throws IOException {
    try (PowerJobSite both = PowerJobSite.createForBoth("powerjob-akka-http")) {
      both.stack().startScheduler();
      PowerJobProgram program = PowerJobSite.program("4.3.9");
      List<Setting> settings = List.of(Setting.DEFAULT, AKKA);
      Map<String, ProgramProcess> workers = new HashMap<>();
      for (Setting setting : settings) {
        String app = "many-" + setting.protocol().toLowerCase(Locale.ROOT);
        both.open(app);
        workers.put(app, both.start(program, app, setting));
        both.awaitWorkers(app, 1, workers.get(app));
      }
      List<Double> ratios = new ArrayList<>();
      Set<Integer> first = Set.of();
      for (int round = 1; round <= ROUNDS; round++) {
        double overHttp = completionsPerSecond(both, "many-http", round);
        double overAkka = completionsPerSecond(both, "many-akka", round);
        ratios.add(overAkka / overHttp);
        System.out.printf(
            Locale.ROOT,
            "PowerJobAkkaIT: round %d: %d runs over HTTP %.0f a second, over AKKA %.0f, ratio %.2f%n",
            round,
            MANY,
            overHttp,
            overAkka,
            overAkka / overHttp);
        first = round == 1 && Sockets.areKnown() ? connections(both, workers) : first;
      }

      ratios.sort(null);
      assertThat(ratios.get(ROUNDS / 2)).as("median of %s", ratios).isGreaterThanOrEqualTo(0.9);
      workers.forEach(
          (app, worker) -> assertThat(worker.output()).as(app).doesNotContain("overload"));
      if (Sockets.areKnown()) {
        // One for messages, and one for Artery's own.
        assertThat(connections(both, workers)).isEqualTo(first).hasSize(2);
      }
    }
  }

  private static Set<Integer> connections(PowerJobSite both, Map<String, ProgramProcess> workers) {
    return Sockets.connections(workers.get("many-akka"), both.akkaPort());
  }

  private static double completionsPerSecond(PowerJobSite both, String app, int round) {
    String job = "noop-" + round;
    both.putJob(app, job, "Noop", "", ",\"overlap\":\"allow\",\"retry\":{\"maxAttempts\":1}");
    both.api().runMany(app, job, MANY);
    both.awaitSucceeded(app, job, MANY, Duration.ofMinutes(3));
    Instant first = Instant.MAX;
    Instant last = Instant.MIN;
    for (JsonNode instance : both.api().instances(app, job)) {
      assertThat(instance.get("attempt").asInt()).isEqualTo(1);
      Instant created = Instant.parse(instance.get("createdAt").asText());
      Instant ended = Instant.parse(instance.get("endedAt").asText());
      first = created.isBefore(first) ? created : first;
      last = ended.isAfter(last) ? ended : last;
    }
    return MANY * 1e9 / Duration.between(first, last).toNanos();
  }

  @Order(Integer.MAX_VALUE - 1)
  @Test
  @Tag("thorough")
  void finishesRunsOnFirstAttemptDespiteSchedulerKill() {
    // Longer than a restart on a slow machine: a worker forgets an end that it cannot report.
    VERSIONS.forEach(version -> site.putJob(app(version), "through", "Sleep", "25000", ""));
    Map<String, String> runs = runInEachApp("through");
    runs.values().forEach(id -> site.api().awaitState(id, "RUNNING", PowerJobSite.SOON));

    site.stack().killScheduler();
    site.stack().startScheduler();

    runs.values()
        .forEach(
            id -> {
              site.api().awaitState(id, "SUCCEEDED", RUNS_AGAIN);
              assertThat(site.api().instance(id).get("attempt").asInt()).isEqualTo(1);
            });
  }

  /** The last one, because it ends the workers. */
  @Order(Integer.MAX_VALUE)
  @Test
  @Tag("thorough")
  void rerunsRunOfKilledWorkerOnAnotherWorker() throws IOException {
    String app = app("4.3.9");
    RunJournal journal = site.putJobUntilEnded(app, "until");
    String id = site.api().run(app, "until");
    site.awaitStarted(journal, 1, PowerJobSite.SOON);

    site.killWorkers();
    ProgramProcess other = site.start(PowerJobSite.program("5.1.1"), app, AKKA);
    site.awaitStarted(journal, 2, RUNS_AGAIN);
    journal.endRuns();

    site.api().awaitState(id, "SUCCEEDED", PowerJobSite.SOON);
    assertThat(site.api().instance(id).get("attempt").asInt()).isEqualTo(2);
    other.requireAlive();
  }
}
