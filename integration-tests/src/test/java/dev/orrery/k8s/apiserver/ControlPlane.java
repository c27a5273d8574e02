package dev.orrery.k8s.apiserver;

import dev.orrery.it.harness.Keys;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * etcd and the API server of a cluster without nodes, as processes that listen on loopback. Only
 * clients change objects until {@link #startControllers()} is called.
 */
final class ControlPlane implements AutoCloseable {
  private static final Duration STARTED = Duration.ofSeconds(90);
  private static final long ENDED_SECONDS = 30;
  private static final String HOST = "127.0.0.1";

  private final Assets assets;
  private final Path directory;
  private final Keys keys;
  private final String token = randomToken();
  private final int port = Ports.free();

  /** In reverse order of their start. */
  private final Deque<Process> processes = new ArrayDeque<>();

  private ControlPlane(Assets assets, Path directory) {
    this.assets = assets;
    this.directory = directory;
    this.keys = new Keys(directory.resolve("keys"));
  }

  /**
   * Starts both, and waits until the API server is ready.
   *
   * @param name of the test; data and logs are below it
   */
  static ControlPlane start(Assets assets, String name) {
    try {
      Files.createDirectories(Stack.work());
      ControlPlane plane =
          new ControlPlane(assets, Files.createTempDirectory(Stack.work(), name + "-"));
      try {
        plane.startServers();
      } catch (IOException | RuntimeException | AssertionError e) {
        plane.close();
        throw e;
      }
      return plane;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path directory() {
    return directory;
  }

  int port() {
    return port;
  }

  /** Returns the CA certificate in PEM. */
  Path authority() {
    return directory.resolve("keys/ca.pem");
  }

  /** Returns a kubectl with all rights. */
  Kubectl kubectl() {
    return new Kubectl(
        assets.kubectl(),
        Map.of(
            "KUBECONFIG",
            kubeconfig().toString(),
            "KUBECACHEDIR",
            directory.resolve("cache").toString()));
  }

  private void startServers() throws IOException {
    String etcd = "http://" + HOST + ":" + Ports.free();
    String peers = "http://" + HOST + ":" + Ports.free();
    start(
        assets.etcd(),
        List.of(
            "--data-dir=" + directory.resolve("etcd"),
            "--listen-client-urls=" + etcd,
            "--advertise-client-urls=" + etcd,
            "--listen-peer-urls=" + peers,
            "--initial-advertise-peer-urls=" + peers,
            "--initial-cluster=default=" + peers,
            // Nothing of this outlives the test.
            "--unsafe-no-fsync",
            "--log-level=warn"));
    writeSecret("api");
    writeSecret("accounts");
    Files.writeString(directory.resolve("tokens.csv"), token + ",admin,admin,system:masters\n");
    Files.writeString(kubeconfig(), kubeconfigText());
    Process server =
        start(
            assets.apiServer(),
            List.of(
                "--etcd-servers=" + etcd,
                "--bind-address=" + HOST,
                "--secure-port=" + port,
                // No pod dials it by the Service "kubernetes".
                "--endpoint-reconciler-type=none",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--tls-cert-file=" + directory.resolve("api.crt"),
                "--tls-private-key-file=" + directory.resolve("api.key"),
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + directory.resolve("accounts.crt"),
                "--service-account-signing-key-file=" + directory.resolve("accounts.key"),
                "--token-auth-file=" + directory.resolve("tokens.csv"),
                "--authorization-mode=RBAC",
                "--profiling=false"));
    HttpClient http = HttpClient.newBuilder().sslContext(keys.context("api")).build();
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create("https://" + HOST + ":" + port + "/readyz"))
            .header("Authorization", "Bearer " + token)
            .timeout(Duration.ofSeconds(10))
            .build();
    Await.until(
        "the API server is ready; see " + directory,
        STARTED,
        () -> {
          if (!server.isAlive()) {
            throw new IllegalStateException("It has ended with " + server.exitValue());
          }
          return http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        });
  }

  /** Starts the controllers of Deployments, autoscalers, namespaces and others. */
  void startControllers() {
    start(
        assets.controllerManager().orElseThrow(),
        List.of(
            "--kubeconfig=" + kubeconfig(),
            "--bind-address=" + HOST,
            "--secure-port=" + Ports.free(),
            "--leader-elect=false",
            "--root-ca-file=" + authority(),
            "--service-account-private-key-file=" + directory.resolve("accounts.key"),
            "--horizontal-pod-autoscaler-sync-period=1s",
            "--profiling=false"));
  }

  private void writeSecret(String name) throws IOException {
    keys.sign(name);
    Map<String, String> secret = keys.secret(name);
    Files.writeString(directory.resolve(name + ".crt"), secret.get("tls.crt"));
    Files.writeString(directory.resolve(name + ".key"), secret.get("tls.key"));
  }

  private Path kubeconfig() {
    return directory.resolve("kubeconfig");
  }

  private String kubeconfigText() {
    return """
    apiVersion: v1
    kind: Config
    clusters:
      - name: test
        cluster:
          server: https://%s:%d
          certificate-authority: %s
    users:
      - name: admin
        user:
          token: %s
    contexts:
      - name: test
        context:
          cluster: test
          user: admin
    current-context: test
    """
        .formatted(HOST, port, authority(), token);
  }

  private static String randomToken() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private Process start(Path program, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(options);
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve(program.getFileName() + ".log").toFile())
              .start();
      processes.push(process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    while (!processes.isEmpty()) {
      Process process = processes.pop();
      process.destroy();
      try {
        if (!process.waitFor(ENDED_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
      }
    }
  }
}
