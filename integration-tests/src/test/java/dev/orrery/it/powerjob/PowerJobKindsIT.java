package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.powerjob.PowerJobProgram.Setting;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs jobs of every PowerJob execution kind on published workers, several per app. */
@Tag("thorough")
class PowerJobKindsIT {
  private static final Duration SOON = Duration.ofSeconds(90);

  /** PowerJob's worker looks at a heavy run every 13 s. */
  private static final Duration LONG = Duration.ofMinutes(3);

  /** Longer than the lease. */
  private static final Duration FREEZE = Duration.ofSeconds(45);

  private static final Map<String, String> KINDS =
      Map.of("STANDALONE", "Noop", "BROADCAST", "Cast", "MAP", "Split", "MAP_REDUCE", "Split");

  private static final Map<String, String> TRIGGERS =
      Map.of(
          "api", "",
          "cron", ",\"trigger\":{\"cron\":\"*/5 * * * * *\"}",
          "every", ",\"trigger\":{\"every\":\"PT5S\"}",
          "delay", ",\"trigger\":{\"delay\":\"PT5S\"}",
          "daily",
              ",\"trigger\":{\"every\":\"PT5S\",\"within\":{\"from\":\"00:00\",\"to\":\"23:59:50\"}}");

  /**
   * A tracker drops a report of a task as expired if one with a later time came before it; on a
   * busy machine, a broadcast of 5.1.2 did not end after that.
   */
  private static final String LOST_TASKS = ",\"timeout\":\"PT1M\",\"retry\":{\"maxAttempts\":3}";

  private static PowerJobSite site;

  @BeforeAll
  static void startScheduler() {
    site = PowerJobSite.createForAll("powerjob-kinds");
    site.stack().startScheduler();
  }

  @AfterAll
  static void stop() {
    site.close();
  }

  @AfterEach
  void killWorkers() {
    site.killWorkers();
  }

  private static List<ProgramProcess> startWorkers(String protocol, String version, String app)
      throws IOException {
    PowerJobProgram program = PowerJobSite.program(version);
    site.open(app);
    List<ProgramProcess> workers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      workers.add(site.start(program, app, Setting.DEFAULT.over(protocol)));
    }
    site.awaitWorkers(app, 2, workers.get(1));
    return workers;
  }

  private static void putJob(String app, String job, String kind, String parameters, String more) {
    putJob(app, job, kind, 5, parameters, more);
  }

  /**
   * @param threads of each worker for the items; a tracker sends twice as many each five seconds
   */
  private static void putJob(
      String app, String job, String kind, int threads, String parameters, String more) {
    site.api()
        .putJob(
            app,
            job,
            """
            {"processor":{"type":"powerjob","processorInfo":"worker.%s","executeType":"%s",
              "options":{"concurrency":"%d"}},
             "parameters":{"jobParams":"%s"},"overlap":"skip","concurrency":1%s}
            """
                .formatted(KINDS.get(kind), kind, threads, parameters, more));
  }

  private static Path file(String name) {
    return site.stack().directory().resolve(name);
  }

  /** Returns a run of the job; it starts when both workers have a session for its kind. */
  private static String run(String app, String job) {
    Await.until("the workers take heavy runs", SOON, () -> site.takersOfHeavyRuns(app) == 2);
    return site.api().run(app, job);
  }

  private static String result(String id, Duration longest) {
    site.api().awaitState(id, "SUCCEEDED", longest);
    return site.api().instance(id).get("result").asText();
  }

  private static List<String> items(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  @Test
  void broadcastsToAllWorkersAndStoresTheirLogs() throws IOException {
    List<ProgramProcess> workers = startWorkers("HTTP", PowerJobProgram.DEFAULT_VERSION, "cast");
    putJob("cast", "cast", "BROADCAST", "", "");

    String id = run("cast", "cast");

    List<String> pids = workers.stream().map(worker -> "" + worker.pid()).sorted().toList();
    assertThat(result(id, SOON)).isEqualTo("cast by " + pids);
    for (String pid : pids) {
      site.api().awaitLog(id, "cast by " + pid, PowerJobSite.SOON);
    }
  }

  @Test
  void runsMapReduceOnBothWorkers() throws IOException {
    startWorkers("HTTP", PowerJobProgram.DEFAULT_VERSION, "reduce");
    Path items = file("reduce-items");
    putJob("reduce", "reduce", "MAP_REDUCE", "7 1000 " + items, "");

    String id = run("reduce", "reduce");

    assertThat(result(id, SOON)).isEqualTo("7 of 7");
    assertThat(processes(items)).hasSize(2);
    JsonNode run = site.api().instance(id);
    System.out.printf(
        Locale.ROOT,
        "PowerJobKindsIT: a map-reduce of 7 ran from %s to %s, progress %s%n",
        run.get("startedAt").asText(),
        run.get("endedAt").asText(),
        run.get("progress"));
  }

  private static Set<String> processes(Path items) throws IOException {
    return items(items).stream()
        .map(line -> line.substring(line.indexOf(' ') + 1))
        .collect(Collectors.toSet());
  }

  private static Set<String> numbers(Path items) throws IOException {
    return items(items).stream()
        .map(line -> line.substring(0, line.indexOf(' ')))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "AKKA"})
  @AtNight
  void mapsEachItemDespiteKilledHelper(String protocol) throws IOException {
    mapsEachItemDespite(ProgramProcess::kill, app("helper", protocol), protocol);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "AKKA"})
  @AtNight
  void mapsEachItemDespiteFrozenHelper(String protocol) throws IOException {
    mapsEachItemDespite(PowerJobKindsIT::freeze, app("frozen-helper", protocol), protocol);
  }

  private static void mapsEachItemDespite(
      Consumer<ProgramProcess> fault, String app, String protocol) throws IOException {
    List<ProgramProcess> workers = startWorkers(protocol, PowerJobProgram.DEFAULT_VERSION, app);
    Path items = file(app + "-items");
    putJob(app, "map", "MAP", "200 300 " + items, "");

    String id = run(app, "map");
    Await.until("both workers map", SOON, () -> processes(items).size() == 2);
    fault.accept(worker(workers, worker -> !runs(worker, id)));

    site.api().awaitState(id, "SUCCEEDED", LONG);
    assertThat(site.api().instance(id).get("attempt").asInt()).isEqualTo(1);
    assertThat(numbers(items)).hasSize(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "AKKA"})
  @AtNight
  void rerunsOnOtherWorkerWhenTrackerIsKilled(String protocol) throws IOException {
    startsAgainDespite(ProgramProcess::kill, app("tracker", protocol), protocol);
  }

  /** A frozen tracker loses its run, and ends none of the next attempt when it goes on. */
  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "AKKA"})
  @AtNight
  void rerunsOnOtherWorkerWhileTrackerIsFrozen(String protocol) throws IOException {
    startsAgainDespite(PowerJobKindsIT::freeze, app("frozen-tracker", protocol), protocol);
  }

  private static void startsAgainDespite(
      Consumer<ProgramProcess> fault, String app, String protocol) throws IOException {
    List<ProgramProcess> workers = startWorkers(protocol, PowerJobProgram.DEFAULT_VERSION, app);
    Path items = file(app + "-items");
    putJob(app, "reduce", "MAP_REDUCE", "60 500 " + items, "");

    String id = run(app, "reduce");
    Await.until("items are mapped", SOON, () -> !items(items).isEmpty());
    fault.accept(worker(workers, worker -> runs(worker, id)));

    assertThat(result(id, LONG)).isEqualTo("60 of 60");
    assertThat(site.api().instance(id).get("attempt").asInt()).isEqualTo(2);
  }

  private static void freeze(ProgramProcess worker) {
    worker.pause();
    Await.pass(FREEZE);
    worker.resume();
  }

  private static ProgramProcess worker(
      List<ProgramProcess> workers, Predicate<ProgramProcess> wanted) {
    return workers.stream().filter(wanted).findFirst().orElseThrow();
  }

  private static boolean runs(ProgramProcess worker, String id) {
    String port = site.api().instance(id).get("worker").asText().replaceFirst(".*-", "");
    return worker.name().contains(port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "AKKA"})
  @AtNight
  void finishesHeavyRunOnFirstAttemptDespiteSchedulerKill(String protocol) throws IOException {
    String app = app("outlived", protocol);
    startWorkers(protocol, PowerJobProgram.DEFAULT_VERSION, app);
    Path items = file(app + "-items");
    putJob(app, "reduce", "MAP_REDUCE", "60 500 " + items, "");

    String id = run(app, "reduce");
    Await.until("items are mapped", SOON, () -> !items(items).isEmpty());
    site.stack().killScheduler();
    site.stack().startScheduler();

    assertThat(result(id, LONG)).isEqualTo("60 of 60");
    assertThat(site.api().instance(id).get("attempt").asInt()).isEqualTo(1);
    assertThat(items(items)).hasSize(60);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "AKKA"})
  @AtNight
  void reducesTenThousandItemsDespiteKilledHelper(String protocol) throws IOException {
    String app = app("many", protocol);
    List<ProgramProcess> workers = startWorkers(protocol, PowerJobProgram.DEFAULT_VERSION, app);
    Path items = file(app + "-items");
    putJob(app, "reduce", "MAP_REDUCE", 200, "10000 1 " + items, "");

    String id = run(app, "reduce");
    Await.until("both workers map", SOON, () -> processes(items).size() == 2);
    ProgramProcess tracker = worker(workers, worker -> runs(worker, id));
    worker(workers, worker -> !runs(worker, id)).kill();

    String result = result(id, Duration.ofMinutes(15));
    assertThat(numbers(items)).hasSize(10_000);
    assertThat(result).isEqualTo(10_000 - droppedResults(tracker) + " of 10000");
  }

  /**
   * Counts the items whose result the tracker has dropped, because its own report of their receipt
   * was stamped later. It calls them failed after two minutes; no message of theirs passes the
   * scheduler.
   */
  private static long droppedResults(ProgramProcess tracker) {
    return tracker
        .output()
        .lines()
        .filter(line -> line.contains("newStatus=6), TaskTracker will drop"))
        .count();
  }

  private static String app(String name, String protocol) {
    return name + "-" + protocol.toLowerCase(Locale.ROOT);
  }

  @ParameterizedTest
  @CsvSource({
    "4.3.6, HTTP", "4.3.9, HTTP", "5.1.1, HTTP", "5.1.2, HTTP",
    "4.3.6, AKKA", "4.3.9, AKKA", "5.1.1, AKKA", "5.1.2, AKKA",
    "5.1.2, MU"
  })
  @AtNight
  void runsEachExecutionKindWithEachTrigger(String version, String protocol) throws IOException {
    String app = app("kinds-" + version.replace('.', '-'), protocol);
    startWorkers(protocol, version, app);
    Map<String, String> jobs = new LinkedHashMap<>();
    for (String kind : KINDS.keySet()) {
      for (String trigger : TRIGGERS.keySet()) {
        String job = (kind + "-" + trigger).toLowerCase(Locale.ROOT).replace('_', '-');
        jobs.put(job, kind);
        putJob(
            app,
            job,
            kind,
            "2 1 " + file(app + job),
            TRIGGERS.get(trigger) + (kind.equals("STANDALONE") ? "" : LOST_TASKS));
        if (trigger.equals("api")) {
          site.api().run(app, job);
        }
      }
    }

    Await.until(
        () -> "each job has a run that succeeded: " + table(app, jobs.keySet()),
        LONG,
        () -> jobs.keySet().stream().allMatch(job -> succeeded(app, job) > 0));
    System.out.printf(
        "PowerJobKindsIT: %s over %s:%n%s%n", version, protocol, table(app, jobs.keySet()));
    for (String job : jobs.keySet()) {
      if (jobs.get(job).equals("STANDALONE")) {
        assertThat(site.api().states(app, job)).as(job).doesNotContainKeys("FAILED", "TIMED_OUT");
      }
    }
  }

  private static int succeeded(String app, String job) {
    return site.api().states(app, job).getOrDefault("SUCCEEDED", 0);
  }

  private static String table(String app, Set<String> jobs) {
    return jobs.stream()
        .map(job -> "%-20s %s".formatted(job, site.api().states(app, job)))
        .collect(Collectors.joining("\n"));
  }
}
