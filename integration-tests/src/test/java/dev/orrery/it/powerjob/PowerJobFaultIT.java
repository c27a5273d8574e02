package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.powerjob.PowerJobProgram.Setting;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills, freezes and overloads published PowerJob workers, and kills the scheduler, over each
 * protocol.
 */
@Tag("thorough")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@AtNight
@ParameterizedClass
@ValueSource(strings = {"HTTP", "AKKA", "MU"})
class PowerJobFaultIT {
  private static final Duration LEASE = Duration.ofSeconds(30);

  /** The lease and 3 s, and some seconds for a machine that other programs load. */
  private static final Duration AGAIN = LEASE.plusSeconds(10);

  private static final int MANY = 200;

  /** Ten threads each. */
  private static final Setting FOR_MANY = Setting.processors(MANY / 10);

  private static PowerJobSite site;

  private final String protocol;
  private final PowerJobProgram program;

  PowerJobFaultIT(String protocol) throws IOException {
    this.protocol = protocol;
    this.program = PowerJobSite.program(PowerJobProgram.versionOver(protocol));
  }

  @BeforeAll
  static void startScheduler() {
    site = PowerJobSite.createForAll("powerjob-faults");
    site.stack().startScheduler();
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  @AfterEach
  void killWorkers() {
    site.killWorkers();
  }

  @Test
  void rerunsRunsOfKilledWorkerOnAnotherWorker() throws IOException {
    String app = app("killed-worker");
    site.open(app);
    RunJournal journal = site.putJobUntilEnded(app, "held");
    ProgramProcess killed = site.start(program, app, FOR_MANY.over(protocol));
    site.awaitWorkers(app, 1, killed);
    site.api().runMany(app, "held", MANY);
    site.awaitStarted(journal, MANY, PowerJobSite.SOON);
    ProgramProcess other = site.start(program, app, FOR_MANY.over(protocol));
    site.awaitWorkers(app, 2, other);

    long begun = System.nanoTime();
    killed.kill();
    site.awaitStarted(journal, 2 * MANY, AGAIN);
    System.out.printf(
        Locale.ROOT,
        "PowerJobFaultIT: %s: all %d runs of a killed worker run again after %.1f s%n",
        protocol,
        MANY,
        seconds(begun));
    journal.endRuns();

    site.awaitSucceeded(app, "held", MANY, PowerJobSite.SOON);
    assertThat(journal.numbers()).hasSize(2 * MANY);
    assertThat(attempts(app)).allMatch(attempt -> attempt == 2);
  }

  @Test
  void resendsSilentlyDroppedRunsWithoutCountingFailures() throws IOException {
    int runs = 60;
    String app = app("overloaded");
    site.open(app);
    site.putJob(
        app, "short", "Sleep", "500", ",\"overlap\":\"allow\",\"retry\":{\"maxAttempts\":1}");
    ProgramProcess worker = site.start(program, app, new Setting(protocol, 2, 5));
    site.awaitWorkers(app, 1, worker);

    long begun = System.nanoTime();
    site.api().runMany(app, "short", runs);

    site.awaitSucceeded(app, "short", runs, Duration.ofSeconds(60));
    long handedBack = attempts(app).stream().mapToInt(attempt -> attempt - 1).sum();
    System.out.printf(
        Locale.ROOT,
        "PowerJobFaultIT: %s: %d runs of 0.5 s on a worker that keeps 5 of them and has 20 threads:"
            + " all succeeded after %.1f s, %d were handed back%n",
        protocol,
        runs,
        seconds(begun),
        handedBack);
    assertThat(handedBack).isBetween(1L, runs / 2L);
  }

  /** The outage is longer than one of the workers repeats its reports. */
  @Test
  @Order(Integer.MAX_VALUE)
  void repeatsNoRunThatEndedDuringSchedulerOutage() throws IOException {
    int few = 20;
    String app = app("killed-scheduler");
    String impatientApp = app("impatient");
    site.open(app);
    site.open(impatientApp);
    RunJournal journal = site.putJobUntilEnded(app, "held");
    RunJournal givenUp = site.putJobUntilEndedOnce(impatientApp, "held");
    ProgramProcess worker = site.start(program, app, FOR_MANY.over(protocol));
    ProgramProcess impatient =
        site.start(program, impatientApp, Setting.DEFAULT.over(protocol).impatient());
    site.awaitWorkers(app, 1, worker);
    site.awaitWorkers(impatientApp, 1, impatient);
    site.api().runMany(app, "held", MANY);
    site.api().runMany(impatientApp, "held", few);
    site.awaitStarted(journal, MANY, PowerJobSite.SOON);
    site.awaitStarted(givenUp, few, PowerJobSite.SOON);

    site.stack().killScheduler();
    givenUp.endRuns();
    journal.endRuns();
    Await.until("all runs have ended", PowerJobSite.SOON, () -> journal.ended() == MANY);
    Await.until(
        "the impatient worker has given up its reports",
        PowerJobSite.SOON,
        () -> impatient.output().split("it's time to give up", -1).length == few + 1);
    site.stack().startScheduler();
    long begun = System.nanoTime();

    site.awaitSucceeded(app, "held", MANY, Duration.ofSeconds(60));
    System.out.printf(
        Locale.ROOT,
        "PowerJobFaultIT: %s: the ends of %d runs were stored %.1f s after the start of a killed"
            + " scheduler%n",
        protocol,
        MANY,
        seconds(begun));
    assertThat(journal.started()).isEqualTo(MANY);
    assertThat(attempts(app)).allMatch(attempt -> attempt == 1);
    Await.until(
        () -> "the runs that were given up are lost: " + site.api().states(impatientApp, "held"),
        PowerJobSite.SOON,
        () -> site.api().states(impatientApp, "held").equals(Map.of("FAILED", few)));
    assertThat(site.api().instances(impatientApp, "held"))
        .allSatisfy(
            run -> {
              assertThat(run.get("endReason").asText()).isEqualTo("WORKER_LOST");
              assertThat(run.get("error").asText()).contains("nothing shows whether it ran");
            });
    assertThat(givenUp.started()).isEqualTo(few);
  }

  @Test
  void refusesLateReportsOfFrozenWorker() throws IOException {
    int runs = 20;
    String app = app("frozen");
    site.open(app);
    RunJournal journal = site.putJobUntilEnded(app, "held");
    ProgramProcess frozen = site.start(program, app, Setting.DEFAULT.over(protocol));
    site.awaitWorkers(app, 1, frozen);
    List<String> ids = site.api().runMany(app, "held", runs);
    site.awaitStarted(journal, runs, PowerJobSite.SOON);
    ProgramProcess other = site.start(program, app, Setting.DEFAULT.over(protocol));
    site.awaitWorkers(app, 2, other);
    awaitConfirmed(frozen, runs);

    long begun = System.nanoTime();
    frozen.pause();
    site.awaitStarted(journal, 2 * runs, AGAIN);
    System.out.printf(
        Locale.ROOT,
        "PowerJobFaultIT: %s: all %d runs of a frozen worker run again after %.1f s%n",
        protocol,
        runs,
        seconds(begun));
    Await.pass(Duration.ofSeconds(45).minusNanos(System.nanoTime() - begun));
    long stale = site.reports("stale");
    journal.endRuns();
    site.awaitSucceeded(app, "held", runs, PowerJobSite.SOON);
    frozen.resume();

    Await.until(
        () -> "each late report is stale, not " + (site.reports("stale") - stale),
        PowerJobSite.SOON,
        () -> site.reports("stale") - stale == runs);
    for (String id : ids) {
      JsonNode ended = site.api().instance(id);
      assertThat(ended.get("state").asText()).isEqualTo("SUCCEEDED");
      assertThat(ended.get("attempt").asInt()).isEqualTo(2);
      assertThat(ended.get("result").asText()).isEqualTo("ended in " + other.pid());
    }
    assertThat(journal.ended()).isEqualTo(2 * runs);
  }

  /**
   * A run that is not confirmed yet is handed back, and leaves no attempt to which a late report
   * could belong. The first report of a running run comes long after the scheduler has asked for
   * it.
   */
  private static void awaitConfirmed(ProgramProcess worker, int runs) {
    Await.until(
        "the worker has reported its runs",
        PowerJobSite.SOON,
        () -> worker.output().split("] report status\\(", -1).length > runs);
  }

  private static List<Integer> attempts(String app) {
    return site.api().instances(app, job(app)).stream()
        .map(instance -> instance.get("attempt").asInt())
        .toList();
  }

  private String app(String name) {
    return name + "-" + protocol.toLowerCase(Locale.ROOT);
  }

  private static String job(String app) {
    return app.startsWith("overloaded") ? "short" : "held";
  }

  private static double seconds(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }
}
