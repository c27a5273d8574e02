package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Sockets;
import dev.orrery.it.powerjob.PowerJobProgram.Setting;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Runs jobs on a published PowerJob worker over MU, with all ports of http closed. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PowerJobMuIT {
  private static final String VERSION = "5.1.2";
  private static final String APP = "mu";
  private static final Setting MU = Setting.DEFAULT.over("mu");

  /** A lease ends after the loss of a worker. */
  private static final Duration RUNS_AGAIN = Duration.ofSeconds(60);

  private static PowerJobSite site;
  private static ProgramProcess scheduler;
  private static ProgramProcess worker;

  @BeforeAll
  static void startWorker() throws IOException {
    PowerJobProgram program = PowerJobSite.program(VERSION);
    site =
        PowerJobSite.createFor(
            " mU ",
            "powerjob-mu",
            "-Dorrery.protocols.active=Akka",
            "-Dorrery.protocols.akka.port=" + Ports.free());
    scheduler = site.stack().launchScheduler();
    site.stack().useScheduler();
    site.open(APP);
    worker = site.start(program, APP, MU);
    site.awaitWorkers(APP, 1, worker);
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  private static String run(String job, String processor, String parameters, String more) {
    site.putJob(APP, job, processor, parameters, more);
    return site.api().run(APP, job);
  }

  @Test
  void runsJobsOfWorkerThatItDoesNotDial() {
    String id = run("by-hand", "Noop", "seven", "");

    site.api().awaitState(id, "SUCCEEDED", PowerJobSite.SOON);
    assertThat(site.api().instance(id).toString()).contains("done seven");
    site.api().awaitLog(id, "got seven", PowerJobSite.SOON);
    if (Sockets.areKnown()) {
      Sockets.of(worker)
          .forEach(
              listening -> assertThat(Sockets.connections(scheduler, listening.port())).isEmpty());
    }
  }

  @Test
  void failsRunsAfterLastRetryAndCancelsSleepingRuns() {
    String failing =
        run("failing", "Fail", "x", ",\"retry\":{\"maxAttempts\":2,\"backoff\":\"PT0S\"}");
    String sleeping = run("long", "Sleep", "300000", "");

    site.api().awaitState(failing, "FAILED", PowerJobSite.SOON);
    assertThat(site.api().instance(failing).get("attempt").asInt()).isEqualTo(2);
    site.api().awaitState(sleeping, "RUNNING", PowerJobSite.SOON);
    site.api().cancel(sleeping);
    site.api().awaitState(sleeping, "CANCELED", PowerJobSite.SOON);
  }

  @Test
  void listensOnExactlyThePlannedPorts() {
    assertThat(site.requirePlannedPorts(scheduler))
        .contains(site.muPort())
        .doesNotContain(site.stack().httpPort());
    assertThat(Ports.isFree(site.stack().httpPort())).isTrue();
    assertThat(site.api().get("/protocol").get("dialects").toString())
        .contains("[\"api\",\"powerjob-mu\"]");
  }

  @Test
  void refusesWorkerOverHttpWithSettingsOfBothSides() throws IOException {
    site.open("over-http");
    site.start(PowerJobSite.program(VERSION), "over-http", Setting.DEFAULT);

    assertThat(site.awaitRefusal("over-http"))
        .isEqualTo(
            "scheduler: orrery.powerjob.protocols=http,mu, and http in orrery.protocols.active;"
                + " or worker: PowerJobWorkerConfig.protocol=MU");
  }

  @Order(Integer.MAX_VALUE - 1)
  @Test
  @AtNight
  void finishesRunsOnFirstAttemptDespiteSchedulerKill() throws IOException {
    RunJournal journal = site.putJobUntilEnded(APP, "through");
    String id = site.api().run(APP, "through");
    site.awaitStarted(journal, 1, PowerJobSite.SOON);

    site.stack().killScheduler();
    site.stack().startScheduler();
    journal.endRuns();

    site.api().awaitState(id, "SUCCEEDED", RUNS_AGAIN);
    assertThat(site.api().instance(id).get("attempt").asInt()).isEqualTo(1);
    assertThat(journal.started()).isEqualTo(1);
  }

  /** The last one, because it ends the workers. */
  @Order(Integer.MAX_VALUE)
  @Test
  @AtNight
  void rerunsRunOfKilledWorkerOnAnotherWorker() throws IOException {
    String app = "killed";
    site.open(app);
    site.awaitWorkers(app, 1, site.start(PowerJobSite.program(VERSION), app, MU));
    RunJournal journal = site.putJobUntilEnded(app, "until");
    String id = site.api().run(app, "until");
    site.awaitStarted(journal, 1, PowerJobSite.SOON);

    site.killWorkers();
    ProgramProcess other = site.start(PowerJobSite.program(VERSION), app, MU);
    site.awaitStarted(journal, 2, RUNS_AGAIN);
    journal.endRuns();

    site.api().awaitState(id, "SUCCEEDED", PowerJobSite.SOON);
    assertThat(site.api().instance(id).get("attempt").asInt()).isEqualTo(2);
    other.requireAlive();
  }
}
