package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.Builds;
import dev.orrery.it.harness.Keys;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the packaged programs in the environment of their manifests: they must start, answer the
 * probes of the manifests, and end within the grace period.
 */
@Tag("thorough")
class PodIT {
  private static final Duration STARTED = Duration.ofSeconds(60);
  private static final String LOOPBACK = "127.0.0.1";
  private static final String SCHEDULER = "orrery-scheduler";

  /** Instead of the hour in the manifests. */
  private static final String RELOAD_AT_ONCE = "-Dquarkus.tls.api.reload-period=1s";

  private static final String ADMIN_TOKEN = "admin-token-of-a-test-of-pods";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final int apiPort = Ports.free();
  private final int protocolPort = Ports.free();
  private Postgres database;
  private Map<String, String> secrets;
  private ProgramProcess scheduler;
  private ProgramProcess agent;

  @AfterEach
  void end() {
    for (ProgramProcess process : new ProgramProcess[] {agent, scheduler}) {
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
  void startsReadyPodsAndStopsThemWithinGracePeriod(String protocol) throws IOException {
    Overlay overlay = Overlay.rendered(protocol);
    Path directory = newDirectory();
    startScheduler(overlay, directory, Map.of());

    startAgent(overlay, protocol, directory, new Api(apiPort, ADMIN_TOKEN));

    agent.terminate();
    assertThat(agent.awaitExit(grace(workload(overlay, "orrery-agent-" + protocol))))
        .isEqualTo(143);
    scheduler.terminate();
    assertThat(scheduler.awaitExit(grace(workload(overlay, SCHEDULER)))).isEqualTo(143);
  }

  /** Tests the component tls on a volume as a kubelet creates it. */
  @Tag("builds")
  @Test
  void servesApiOverTlsAndReloadsRenewedCertificate() throws IOException {
    Overlay overlay = Overlay.rendered("example");
    Path directory = newDirectory();
    Keys keys = new Keys(directory.resolve("keys"));
    keys.sign("api");
    Path mounted = Files.createDirectory(directory.resolve("tls"));
    SecretVolume volume = new SecretVolume(mounted, keys.secret("api"));

    startScheduler(overlay, directory, Map.of("/etc/orrery/tls", mounted), RELOAD_AT_ONCE);
    SSLContext trust = keys.context("api");
    Api api = Api.overTls(apiPort, ADMIN_TOKEN, trust);
    awaitAnswer(api, 200);
    awaitAnswer(Api.overTls(apiPort, "no-token", trust), 401);
    assertThatThrownBy(() -> new Api(apiPort, ADMIN_TOKEN).call("GET", "/apps", null))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () ->
                Api.overTls(apiPort, ADMIN_TOKEN, SSLContext.getDefault())
                    .call("GET", "/apps", null))
        .isInstanceOf(SSLHandshakeException.class);
    startAgent(overlay, "http", directory, api);

    renew(keys, volume);
    volume.write(Map.of("tls.crt", "no certificate", "tls.key", "no key"));
    // Nothing tells that these were read.
    Await.pass(Duration.ofSeconds(3));
    renew(keys, volume);
    awaitAnswer(api, 200);
    assertThat(scheduler.isAlive()).isTrue();
  }

  /**
   * Retries, because the HTTP server closes connections that arrive while it reloads its
   * certificate, which it does every second here and every hour in a cluster.
   */
  private static void awaitAnswer(Api api, int status) {
    Await.until(
        "the API answers over TLS with " + status,
        STARTED,
        () -> {
          assertThat(api.call("GET", "/apps", null).status()).isEqualTo(status);
          return true;
        });
  }

  private void renew(Keys keys, SecretVolume volume) throws IOException {
    BigInteger before = serialNumber(keys.context("api"));
    keys.sign("api");
    volume.write(keys.secret("api"));
    Await.until(
        "the API shows the other certificate",
        STARTED,
        () -> !serialNumber(keys.context("api")).equals(before));
  }

  private BigInteger serialNumber(SSLContext trust) throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            trust.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), apiPort)) {
      socket.startHandshake();
      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getSerialNumber();
    }
  }

  private static Path newDirectory() throws IOException {
    return Files.createTempDirectory(Files.createDirectories(Stack.work()), "pods-");
  }

  /**
   * Waits until its probes succeed.
   *
   * @param mounts local paths of the pod's volumes
   */
  private void startScheduler(
      Overlay overlay, Path directory, Map<String, Path> mounts, String... more) {
    Workload schedulers = workload(overlay, SCHEDULER);
    database = Postgres.start(directory);
    secrets = PodEnvironment.secrets(database, ADMIN_TOKEN);
    Map<String, String> environment =
        PodEnvironment.of(overlay, schedulers, secrets, LOOPBACK, directory);
    mounts.forEach((inPod, here) -> PodEnvironment.mount(environment, inPod, here));
    int probes = Ports.free();
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Dquarkus.http.port=" + apiPort,
                "-Dquarkus.http.ssl-port=" + apiPort,
                "-Dquarkus.management.port=" + probes,
                "-Dorrery.protocols.http.port=" + protocolPort,
                "-Dorrery.protocols.akka.port=" + protocolPort,
                "-Dorrery.cluster.port=" + Ports.free(),
                "-Dorrery.protocols.akka.allowed-networks=127.0.0.0/8"));
    options.addAll(List.of(more));
    scheduler =
        Builds.start(Builds.scheduler(), options, environment, directory.resolve("scheduler.log"));
    awaitProbes(schedulers, probes, scheduler);
  }

  /** Waits until its probes succeed. */
  private void startAgent(Overlay overlay, String protocol, Path directory, Api api) {
    Workload agents = workload(overlay, "orrery-agent-" + protocol);
    api.putApp("pods");
    secrets.put("orrery-agent/app", "pods");
    secrets.put("orrery-agent/token", api.newToken("pods", "worker"));
    int probes = Ports.free();
    agent =
        Builds.start(
            Builds.agent(),
            List.of(
                "-Dquarkus.management.port=" + probes,
                "-Dorrery.worker.server=http://127.0.0.1:"
                    + (protocol.equals("http") ? protocolPort : apiPort),
                "-Dorrery.worker.akka.port=" + Ports.free(),
                "-Dorrery.worker.akka.allowed-networks=127.0.0.0/8"),
            PodEnvironment.of(overlay, agents, secrets, LOOPBACK, directory),
            directory.resolve("agent.log"));
    awaitProbes(agents, probes, agent);
  }

  private static Workload workload(Overlay overlay, String name) {
    return overlay.workloads().stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void awaitProbes(Workload workload, int port, ProgramProcess process) {
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
