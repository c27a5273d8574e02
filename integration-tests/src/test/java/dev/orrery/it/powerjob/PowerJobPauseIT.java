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
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Stops published PowerJob workers for some seconds while they get runs of jobs without retries, as
 * a full garbage collection or the move of a machine does. No run may start twice.
 */
@Tag("thorough")
class PowerJobPauseIT {
  private static final int RUNS = 10;
  private static final String NO_RETRY = "{\"maxAttempts\":1,\"maxWorkerLosses\":0}";

  /** A run of a worker that stood still for longer may be lost. */
  private static final double LOST_AFTER_SECONDS = 30;

  /** The lease of a worker that stands still. */
  private static final Duration ENDED = Duration.ofSeconds(60);

  /** PowerJob's worker looks at a heavy run every 13 s. */
  private static final Duration HEAVY = Duration.ofSeconds(90);

  private static PowerJobSite site;

  @BeforeAll
  static void startScheduler() {
    site = PowerJobSite.createForBoth("powerjob-pauses");
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

  private static ProgramProcess start(String app, String version, Setting setting)
      throws IOException {
    ProgramProcess worker = site.start(PowerJobSite.program(version), app, setting);
    site.awaitWorkers(app, 1, worker);
    return worker;
  }

  @Test
  void startsRunsOnceWhenWorkerStandsStill() throws IOException {
    pause("AKKA", PowerJobProgram.DEFAULT_VERSION, "3", 1);
  }

  @ParameterizedTest
  @CsvSource({
    "AKKA, 4.3.9, 2 3 5 7,   5",
    "AKKA, 5.1.1, 2 3 5 7,   5",
    "HTTP, 4.3.9, 2 3 5 7,   1",
    "HTTP, 5.1.1, 2 3 5 7,   1",
    "AKKA, 4.3.9, 0.5 20 60, 1",
    "AKKA, 5.1.1, 0.5 20 60, 1",
    "HTTP, 4.3.9, 0.5 20 60, 1",
  })
  @AtNight
  void startsEachRunOnceHoweverLongWorkerStandsStill(
      String protocol, String version, String pauses, int rounds) throws IOException {
    pause(protocol, version, pauses, rounds);
  }

  private static void pause(String protocol, String version, String pauses, int rounds)
      throws IOException {
    String app =
        (protocol + "-" + version + "-" + pauses).replaceAll("[ .]", "-").toLowerCase(Locale.ROOT);
    site.open(app);
    RunJournal journal = site.putJobUntilEndedOnce(app, "once");
    journal.endRuns();
    ProgramProcess worker = start(app, version, new Setting(protocol, 2, 1024));
    int sent = 0;
    for (int round = 1; round <= rounds; round++) {
      for (String seconds : pauses.split(" ", -1)) {
        List<String> ids = runWhilePaused(List.of(worker), app, seconds, RUNS);
        sent += RUNS;
        List<String> states = awaitEnded(ids, ENDED);
        System.out.printf(
            Locale.ROOT,
            "PowerJobPauseIT: %s %s stood still for %s s: %d of %d runs succeeded, %d of %d starts since the first round%n",
            protocol,
            version,
            seconds,
            states.stream().filter("SUCCEEDED"::equals).count(),
            RUNS,
            journal.started(),
            sent);
        if (Double.parseDouble(seconds) < LOST_AFTER_SECONDS) {
          assertThat(states).containsOnly("SUCCEEDED");
          assertThat(journal.started()).isEqualTo(sent);
        }
      }
    }
    // The worker may start late what was lost.
    assertThat(journal.started()).isLessThanOrEqualTo(sent);
    assertThat(journal.numbers()).hasSize(journal.started());
  }

  private static List<String> runWhilePaused(
      List<ProgramProcess> workers, String app, String seconds, int runs) {
    workers.forEach(ProgramProcess::pause);
    List<String> ids = site.api().runMany(app, "once", runs);
    Await.pass(Duration.ofMillis((long) (1_000 * Double.parseDouble(seconds))));
    workers.forEach(ProgramProcess::resume);
    return ids;
  }

  private static List<String> awaitEnded(List<String> ids, Duration longest) {
    List<String> states = new ArrayList<>();
    for (String id : ids) {
      Await.until(
          () -> "the run has ended: " + site.api().instance(id),
          longest,
          () -> site.api().instance(id).hasNonNull("endedAt"));
      JsonNode run = site.api().instance(id);
      states.add(run.get("state").asText());
      if (!run.get("state").asText().equals("SUCCEEDED")) {
        assertThat(run.get("endReason").asText()).isEqualTo("WORKER_LOST");
        assertThat(run.get("error").asText())
            .containsAnyOf("lease", "nothing shows whether it ran");
      }
    }
    return states;
  }

  @ParameterizedTest
  @CsvSource({
    "AKKA, 4.3.9, BROADCAST,  Cast",
    "AKKA, 4.3.9, MAP,        Split",
    "AKKA, 4.3.9, MAP_REDUCE, Split",
    "AKKA, 5.1.1, BROADCAST,  Cast",
    "AKKA, 5.1.1, MAP,        Split",
    "AKKA, 5.1.1, MAP_REDUCE, Split",
    "HTTP, 4.3.9, MAP_REDUCE, Split",
  })
  @AtNight
  void runsEachTaskOnceWhenAllWorkersStandStill(
      String protocol, String version, String kind, String processor) throws IOException {
    String app =
        (protocol + "-" + version + "-" + kind).replaceAll("[_.]", "-").toLowerCase(Locale.ROOT);
    site.open(app);
    Path tasks = site.stack().directory().resolve("tasks-" + app);
    site.api()
        .putJob(
            app,
            "once",
            """
            {"processor":{"type":"powerjob","processorInfo":"worker.%s","executeType":"%s"},
             "parameters":{"jobParams":"%s"},"retry":%s}
            """
                .formatted(
                    processor, kind, processor.equals("Cast") ? tasks : "6 10 " + tasks, NO_RETRY));
    Setting setting = new Setting(protocol, 2, 1024);
    List<ProgramProcess> workers =
        List.of(
            site.start(PowerJobSite.program(version), app, setting),
            site.start(PowerJobSite.program(version), app, setting));
    Await.until("the workers take heavy runs", HEAVY, () -> site.takersOfHeavyRuns(app) == 2);

    // Nothing shows that the replica has read the workers of the app, which it does every 2 s.
    Await.pass(Duration.ofSeconds(3));
    List<String> ids = runWhilePaused(workers, app, "4", 1);

    assertThat(awaitEnded(ids, HEAVY)).containsExactly("SUCCEEDED");
    List<String> written = Files.readAllLines(tasks);
    System.out.printf(
        Locale.ROOT,
        "PowerJobPauseIT: %s %s %s on 2 workers that stood still for 4 s: %d tasks%n",
        protocol,
        version,
        kind,
        written.size());
    assertThat(written).doesNotHaveDuplicates().hasSize(processor.equals("Cast") ? 2 : 6);
  }

  /** The worker answers questions while another of its actors makes the processor. */
  @ParameterizedTest
  @CsvSource({"2", "8"})
  @AtNight
  void startsRunOnceWhoseProcessorTakesLongToMake(int processors) throws IOException {
    String app = "slow-" + processors;
    site.open(app);
    RunJournal journal = RunJournal.create(site.stack().directory(), app);
    site.putJob(app, "once", "Slow", journal.directory().toString(), ",\"retry\":" + NO_RETRY);
    start(app, PowerJobProgram.DEFAULT_VERSION, new Setting("AKKA", processors, 1024));

    String id = site.api().run(app, "once");

    assertThat(awaitEnded(List.of(id), ENDED)).containsExactly("SUCCEEDED");
    assertThat(journal.started()).isEqualTo(1);
    assertThat(site.api().instance(id).get("attempt").asInt()).isEqualTo(1);
  }
}
