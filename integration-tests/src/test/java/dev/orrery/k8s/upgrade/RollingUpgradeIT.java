package dev.orrery.k8s.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Builds;
import dev.orrery.it.harness.CuttingProxy;
import dev.orrery.it.harness.Journal;
import dev.orrery.it.harness.Load;
import dev.orrery.it.harness.NextSchemaPackage;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.QuickAndLongJobs;
import dev.orrery.it.harness.Stack;
import dev.orrery.k8s.Overlay;
import dev.orrery.k8s.PodEnvironment;
import dev.orrery.k8s.Workload;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.Program;
import dev.orrery.testing.program.ProgramProcess;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Upgrades as {@code kubectl apply} does: first the schedulers, then the agents, by the probes,
 * periods and grace periods of the manifests, while clients submit and a job fires each second.
 */
@Order(1)
@Tag("thorough")
@AtNight
class RollingUpgradeIT {
  private static final String OVERLAY = "http";
  private static final String ADMIN_TOKEN = "admin-token-of-the-upgrade-test";
  private static final String TICK = "tick";
  private static final String ON_EACH_SECOND =
      "{\"trigger\":{\"cron\":\"* * * * * *\"},\"overlap\":\"allow\",\"enabled\":%s,"
          + "\"processor\":{\"type\":\"noop\"}}";
  private static final Duration SOON = Duration.ofSeconds(30);

  private final Overlay overlay = Overlay.rendered(OVERLAY);
  private final Map<String, String> secrets = new HashMap<>();
  private Path directory;
  private Program schedulerProgram = Builds.ownScheduler();
  private Program agentProgram = Builds.ownAgent();
  private int workerPort;

  @Test
  void upgradesToNewerSchemaWithoutFailedCalls() throws IOException, SQLException {
    NextSchemaPackage next =
        NextSchemaPackage.of(
            Builds.ownScheduler().directory(), Stack.work().resolve("next-schema"));
    Rolling rolling =
        (schedulers, agents) -> {
          schedulerProgram = Program.at(next.directory());
          schedulers.roll();
          agents.roll();
        };
    rollUnderLoad(
        rolling,
        database ->
            assertThat(database.texts("select version from flyway_schema_history"))
                .contains(next.step()));
  }

  @Tag("builds")
  @Test
  void upgradesToSecondBuildAndBackWithoutFailedCalls() throws IOException, SQLException {
    Rolling rolling =
        (schedulers, agents) -> {
          schedulerProgram = Builds.otherScheduler();
          agentProgram = Builds.otherAgent();
          schedulers.roll();
          agents.roll();
          schedulerProgram = Builds.ownScheduler();
          agentProgram = Builds.ownAgent();
          schedulers.roll();
          agents.roll();
        };
    rollUnderLoad(rolling, database -> {});
  }

  /** The actions during the load. */
  private interface Rolling {
    void roll(Rollout schedulers, Rollout agents);
  }

  /** The checks of the database afterwards. */
  private interface DatabaseCheck {
    void check(Postgres database) throws SQLException;
  }

  private void rollUnderLoad(Rolling rolling, DatabaseCheck check)
      throws IOException, SQLException {
    directory = Files.createTempDirectory(Files.createDirectories(Stack.work()), "upgrade-");
    try (Postgres database = Postgres.start(directory);
        Rollout schedulers = rollout("orrery-scheduler", this::scheduler);
        Rollout agents = rollout("orrery-agent-" + OVERLAY, this::agent);
        CuttingProxy apiService = new CuttingProxy(0, () -> schedulers.next("api"));
        CuttingProxy workerService = new CuttingProxy(0, () -> schedulers.next("http"))) {
      workerPort = workerService.port();
      secrets.putAll(PodEnvironment.secrets(database, ADMIN_TOKEN));
      schedulers.start();
      Api api = new Api(apiService.port(), ADMIN_TOKEN);
      api.putApp(Stack.APP);
      secrets.put("orrery-agent/app", Stack.APP);
      secrets.put("orrery-agent/token", api.newToken(Stack.APP, "worker"));
      agents.start();
      QuickAndLongJobs jobs = new QuickAndLongJobs(api, new Journal(directory));
      jobs.put(2);
      api.putJob(Stack.APP, TICK, ON_EACH_SECOND.formatted(true));

      try (Load load = jobs.load(apiService.port())) {
        long begun = System.nanoTime();
        rolling.roll(schedulers, agents);
        long over = System.nanoTime();
        load.stop();

        check.check(database);
        assertThat(load.errors()).isEmpty();
        assertThat(schedulers.unserved()).isZero();
        assertThat(schedulers.killings()).isEmpty();
        assertThat(agents.killings()).isEmpty();
        jobs.requireSucceededOnce(load.accepted());
        int fires = requireEachSecondOnce(api);
        System.out.printf(
            "RollingUpgradeIT: rolled in %d s; %d runs accepted, each ended once; %d fire times,"
                + " each once; API errors: %d%n",
            Duration.ofNanos(over - begun).toSeconds(),
            load.accepted().size(),
            fires,
            load.errors().size());
      }
    }
  }

  private Rollout rollout(String name, IntFunction<ProbedPod> launch) {
    return new Rollout(overlay.find(Deployment.class, name).orElseThrow(), workload(name), launch);
  }

  private Workload workload(String name) {
    return overlay.workloads().stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Pods have their own addresses; here they have their own ports. */
  private ProbedPod scheduler(int number) {
    Map<String, Integer> ports =
        Map.of("api", Ports.free(), "http", Ports.free(), "management", Ports.free());
    return pod(
        "scheduler-" + number,
        "orrery-scheduler",
        schedulerProgram,
        ports,
        List.of(
            "-Dquarkus.http.port=" + ports.get("api"),
            "-Dquarkus.management.port=" + ports.get("management"),
            "-Dorrery.protocols.http.port=" + ports.get("http"),
            "-Dorrery.protocols.http.advertised-address=http://localhost:" + workerPort,
            "-Dorrery.cluster.port=" + Ports.free()));
  }

  private ProbedPod agent(int number) {
    int management = Ports.free();
    return pod(
        "agent-" + number,
        "orrery-agent-" + OVERLAY,
        agentProgram,
        Map.of("management", management),
        List.of(
            "-Dquarkus.management.port=" + management,
            "-Dorrery.worker.server=http://localhost:" + workerPort,
            "-Dorrery.worker.name=agent-" + number,
            "-Dorrery.worker.processors=noop,shell",
            // Of the traces of jobs.
            "-Dorrery.worker.shell.writable-paths=" + directory,
            "-Dorrery.worker.work-dir=" + directory.resolve("agent-" + number)));
  }

  private ProbedPod pod(
      String name,
      String workloadName,
      Program program,
      Map<String, Integer> ports,
      List<String> options) {
    Workload workload = workload(workloadName);
    ProgramProcess process =
        Builds.start(
            program,
            options,
            PodEnvironment.of(overlay, workload, secrets, "127.0.0.1", directory),
            directory.resolve(name + ".log"));
    return new ProbedPod(name, workload, ports, process);
  }

  /** Returns the number of fires. */
  private static int requireEachSecondOnce(Api api) {
    api.putJob(Stack.APP, TICK, ON_EACH_SECOND.formatted(false));
    Await.until(
        "all that fired has succeeded",
        SOON,
        () -> api.states(Stack.APP, TICK).keySet().equals(Set.of("SUCCEEDED")));
    List<JsonNode> runs = api.instances(Stack.APP, TICK);
    assertThat(runs).allMatch(run -> run.get("attempt").asInt() == 1);
    List<Instant> fireTimes =
        runs.stream().map(run -> Instant.parse(run.get("fireTime").asText())).sorted().toList();
    Instant first = fireTimes.get(0);
    for (int i = 0; i < fireTimes.size(); i++) {
      assertThat(fireTimes.get(i)).isEqualTo(first.plusSeconds(i));
    }
    return fireTimes.size();
  }
}
