package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.CuttingProxy;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.powerjob.PowerJobProgram.Setting;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs jobs on a published PowerJob worker with two replicas, one of which is killed. */
@Tag("thorough")
@AtNight
class PowerJobReplicasIT {
  private static final int RUNS = 50;

  /** Over MU it waits for the worker, which connects to it at a heartbeat. */
  private static final Map<String, Duration> ADOPTED =
      Map.of("HTTP", Duration.ofSeconds(13), "MU", Duration.ofSeconds(35));

  private static final Duration HEAVY = Duration.ofSeconds(90);
  private static final Duration LONG = Duration.ofMinutes(3);

  /**
   * A separate address, because workers dial the scheduler's port under the address that they used.
   */
  private static final String WAY = "127.0.1.1";

  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "MU"})
  void takesOverRunsOfKilledReplica(String protocol) throws IOException {
    PowerJobProgram program = PowerJobSite.program(PowerJobProgram.versionOver(protocol));
    try (PowerJobSite first = PowerJobSite.createForAll("powerjob-replica-1");
        Postgres database = Postgres.start(first.stack().directory());
        PowerJobSite second = PowerJobSite.createForAll("powerjob-replica-2")) {
      first.stack().startSchedulerOn(database);
      ProgramProcess adopter = second.stack().startSchedulerOn(database);
      String app = "adopted";
      first.open(app);
      RunJournal journal = first.putJobUntilEnded(app, "held");
      ProgramProcess worker =
          first.start(
              program,
              "127.0.0.1:" + first.stack().apiPort() + ",127.0.0.1:" + second.stack().apiPort(),
              app,
              Setting.processors(RUNS / 10).over(protocol));
      first.awaitWorkers(app, 1, worker);
      first.api().runMany(app, "held", RUNS);
      first.awaitStarted(journal, RUNS, PowerJobSite.SOON);

      first.stack().killScheduler();
      long begun = System.nanoTime();
      Await.until(
          "the other replica has adopted the worker",
          ADOPTED.get(protocol),
          () -> adopter.output().contains("Took over a PowerJob worker"));
      System.out.printf(
          Locale.ROOT,
          "PowerJobReplicasIT: %s: %d runs of a killed replica were adopted after %.1f s%n",
          protocol,
          RUNS,
          (System.nanoTime() - begun) / 1e9);
      journal.endRuns();

      second.awaitSucceeded(app, "held", RUNS, Duration.ofSeconds(60));
      assertThat(journal.started()).isEqualTo(RUNS);
      assertThat(second.api().instances(app, "held"))
          .allMatch(instance -> instance.get("attempt").asInt() == 1);
      // The worker goes on with the other replica.
      second.api().runMany(app, "held", RUNS);
      second.awaitSucceeded(app, "held", 2 * RUNS, PowerJobSite.SOON);
    }
  }

  @SuppressWarnings("try") // The proxy balances meanwhile.
  @Test
  void acceptsWorkerMessagesAtAnyReplica() throws IOException, SQLException {
    PowerJobProgram program = PowerJobSite.program(PowerJobProgram.DEFAULT_VERSION);
    AtomicInteger connections = new AtomicInteger();
    try (PowerJobSite first =
            PowerJobSite.create(
                "powerjob-any-1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dorrery.protocols.http.host=127.0.0.1");
        Postgres database = Postgres.start(first.stack().directory());
        PowerJobSite second = PowerJobSite.create("powerjob-any-2");
        CuttingProxy discovery =
            new CuttingProxy(
                new InetSocketAddress(WAY, first.stack().apiPort()), first.stack().apiPort());
        CuttingProxy balanced =
            new CuttingProxy(
                new InetSocketAddress(WAY, first.stack().httpPort()),
                () ->
                    connections.getAndIncrement() % 2 == 0
                        ? first.stack().httpPort()
                        : second.stack().httpPort())) {
      first.stack().startSchedulerOn(database);
      second.stack().startSchedulerOn(database);
      String app = "balanced";
      first.open(app);
      first.putJob(app, "short", "Sleep", "100", ",\"overlap\":\"allow\"");
      ProgramProcess worker =
          first.start(program, WAY + ":" + discovery.port(), app, Setting.DEFAULT);
      first.awaitWorkers(app, 1, worker);

      first.api().runMany(app, "short", 20 * RUNS);
      first.awaitSucceeded(app, "short", 20 * RUNS, Duration.ofSeconds(60));
      // Longer than the lease: no matter which replica gets the heartbeats, the session lives on.
      long before = database.count("select count(*) from worker_session");
      Await.pass(Duration.ofSeconds(40));
      first.api().runMany(app, "short", RUNS);
      first.awaitSucceeded(app, "short", 21 * RUNS, PowerJobSite.SOON);

      System.out.printf(
          Locale.ROOT,
          "PowerJobReplicasIT: %d runs with reports to two replicas: %d and %d accepted, over %d"
              + " connections%n",
          21 * RUNS,
          first.reports("accepted"),
          second.reports("accepted"),
          connections.get());
      assertThat(first.reports("accepted")).isPositive();
      assertThat(second.reports("accepted")).isPositive();
      assertThat(first.reports("accepted") + second.reports("accepted")).isEqualTo(21L * RUNS);
      assertThat(database.count("select count(*) from worker_session")).isEqualTo(before);
      assertThat(first.api().instances(app, "short"))
          .allMatch(instance -> instance.get("attempt").asInt() == 1);
    }
  }

  /** Each worker knows one replica, and the run outlives the one that sent it. */
  @ParameterizedTest
  @ValueSource(strings = {"HTTP", "AKKA"})
  void broadcastsToWorkersOfBothReplicasAndSurvivesKillOfOne(String protocol) throws IOException {
    PowerJobProgram program = PowerJobSite.program(PowerJobProgram.DEFAULT_VERSION);
    String name = "powerjob-cast-" + protocol.toLowerCase(Locale.ROOT);
    try (PowerJobSite first = PowerJobSite.createForBoth(name + "-1");
        Postgres database = Postgres.start(first.stack().directory());
        PowerJobSite second = PowerJobSite.createForBoth(name + "-2")) {
      first.stack().startSchedulerOn(database);
      ProgramProcess adopter = second.stack().startSchedulerOn(database);
      String app = "cast";
      first.open(app);
      second.awaitOpen(app);
      Setting setting = Setting.DEFAULT.over(protocol);
      List<String> pids = new ArrayList<>();
      ProgramProcess one = first.start(program, app, setting);
      ProgramProcess other = second.start(program, app, setting);
      List.of(one, other).forEach(worker -> pids.add(Long.toString(worker.pid())));
      first.awaitWorkers(app, 2, other);
      first.putHeavyJob(app, "cast", "Cast", "BROADCAST", "");
      Path items = first.stack().directory().resolve("items");
      first.putHeavyJob(app, "reduce", "Split", "MAP_REDUCE", "60 500 " + items);
      Await.until("both take heavy runs", HEAVY, () -> first.takersOfHeavyRuns(app) == 2);

      String cast = first.api().run(app, "cast");
      first.api().awaitState(cast, "SUCCEEDED", HEAVY);

      pids.sort(null);
      assertThat(first.api().instance(cast).get("result").asText()).isEqualTo("cast by " + pids);
      for (String pid : pids) {
        first.api().awaitLog(cast, "cast by " + pid, PowerJobSite.SOON);
      }

      String reduce = first.api().run(app, "reduce");
      Await.until("items are mapped", HEAVY, () -> Files.exists(items));
      first.stack().killScheduler();

      second.api().awaitState(reduce, "SUCCEEDED", LONG);
      JsonNode ended = second.api().instance(reduce);
      System.out.printf(
          "PowerJobReplicasIT: over %s a broadcast reached the workers of both replicas; a"
              + " map-reduce ended on attempt %s after the kill of a replica%n",
          protocol, ended.get("attempt"));
      assertThat(ended.get("result").asText()).isEqualTo("60 of 60");
      assertThat(adopter.isAlive()).isTrue();
    }
  }
}
