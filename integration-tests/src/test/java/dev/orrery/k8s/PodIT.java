package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.Await;
import dev.orrery.it.harness.JavaProcess;
import dev.orrery.it.harness.Ports;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The packaged programs in the environment that the manifests give their pods: they start, answer
 * the probes of the manifests, and end within the grace period of the manifests.
 */
class PodIT {
  private static final Duration STARTED = Duration.ofSeconds(60);
  private static final String LOOPBACK = "127.0.0.1";
  private static final String ADMIN_TOKEN = "admin-token-of-a-test-of-pods";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final int apiPort = Ports.free();
  private final int protocolPort = Ports.free();
  private Postgres database;
  private JavaProcess scheduler;
  private JavaProcess agent;

  @AfterEach
  void end() {
    for (JavaProcess process : new JavaProcess[] {agent, scheduler}) {
      if (process != null) {
        process.resumeAndClose();
      }
    }
    if (database != null) {
      database.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "akka"})
  void podsBecomeReadyAndEndInTime(String protocol) throws IOException {
    Overlay overlay = Overlay.rendered(protocol);
    Workload schedulers = workload(overlay, "orrery-scheduler");
    Workload agents = workload(overlay, "orrery-agent-" + protocol);
    Path directory = Files.createTempDirectory(Files.createDirectories(Stack.work()), "pods-");
    database = Postgres.start(directory);
    Map<String, String> secrets = PodEnvironment.secrets(database, ADMIN_TOKEN);
    int schedulerProbes = Ports.free();

    scheduler =
        JavaProcess.start(
            Stack.root().resolve("scheduler-service/target/quarkus-app/quarkus-run.jar"),
            List.of(
                "-Dquarkus.http.port=" + apiPort,
                "-Dquarkus.management.port=" + schedulerProbes,
                "-Dorrery.protocols." + protocol + ".port=" + protocolPort,
                "-Dorrery.cluster.port=" + Ports.free(),
                "-Dorrery.protocols.akka.allowed-networks=127.0.0.0/8"),
            PodEnvironment.of(overlay, schedulers, secrets, LOOPBACK),
            directory.resolve("scheduler.log"));
    awaitProbes(schedulers, schedulerProbes, scheduler);
    Api api = new Api(apiPort, ADMIN_TOKEN);
    api.putApp("pods");
    secrets.put("orrery-agent/app", "pods");
    secrets.put("orrery-agent/token", api.newToken("pods", "worker"));
    int agentProbes = Ports.free();
    agent =
        JavaProcess.start(
            Stack.root().resolve("worker-agent/target/quarkus-app/quarkus-run.jar"),
            List.of(
                "-Dquarkus.management.port=" + agentProbes,
                "-Dorrery.worker.server=http://127.0.0.1:"
                    + (protocol.equals("http") ? protocolPort : apiPort),
                "-Dorrery.worker.port=" + Ports.free(),
                "-Dorrery.worker.akka.allowed-networks=127.0.0.0/8"),
            PodEnvironment.of(overlay, agents, secrets, LOOPBACK),
            directory.resolve("agent.log"));
    awaitProbes(agents, agentProbes, agent);

    agent.terminate();
    assertThat(agent.awaitExit(grace(agents))).isEqualTo(143);
    scheduler.terminate();
    assertThat(scheduler.awaitExit(grace(schedulers))).isEqualTo(143);
  }

  private static Workload workload(Overlay overlay, String name) {
    return overlay.workloads().stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void awaitProbes(Workload workload, int port, JavaProcess process) {
    for (Probe probe :
        List.of(
            workload.container().getStartupProbe(),
            workload.container().getLivenessProbe(),
            workload.container().getReadinessProbe())) {
      URI uri = URI.create("http://127.0.0.1:" + port + probe.getHttpGet().getPath());
      Await.until(
          workload.name() + " answers " + uri.getPath(),
          STARTED,
          () -> {
            assertThat(process.isAlive()).as(process.output()).isTrue();
            return isUp(uri);
          });
    }
  }

  private static boolean isUp(URI probe) throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(probe).timeout(Duration.ofSeconds(5)).build();
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      // It does not listen yet.
      return false;
    }
  }

  private static Duration grace(Workload workload) {
    return Duration.ofSeconds(workload.pod().getTerminationGracePeriodSeconds());
  }
}
