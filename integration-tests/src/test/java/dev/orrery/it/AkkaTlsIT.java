package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Keys;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests mutual TLS over akka between packaged processes with little memory. After each test the
 * same scheduler must run a job on the same worker.
 */
@Tag("thorough")
@AtNight
class AkkaTlsIT {
  private static final Duration SECONDS = Duration.ofSeconds(40);
  private static final String CONFIGURATION = "mutual";
  private static final int AKKA_PORT = Ports.free();
  private static final int WORKER_PORT = Ports.free();

  private static Stack stack;
  private static Keys keys;
  private static Keys others;
  private static ProgramProcess scheduler;
  private static ProgramProcess agent;

  @BeforeAll
  static void start() {
    stack = new Stack("akka-tls");
    keys = new Keys(stack.directory().resolve("keys"));
    keys.sign("scheduler");
    keys.sign("worker");
    others = new Keys(stack.directory().resolve("others"));
    others.sign("stranger");
    scheduler = stack.launchScheduler(scheduler("scheduler"));
    stack.useScheduler();
    agent = stack.startAgentAt(stack.apiPort(), worker(WORKER_PORT, mutual(keys, keys, "worker")));
    stack.api().putJob(Stack.APP, "noop", "{\"processor\":{\"type\":\"noop\"}}");
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @AfterEach
  void bothServeAsBefore() {
    stack.api().awaitState(stack.api().run(Stack.APP, "noop"), "SUCCEEDED", SECONDS);
    assertThat(scheduler.isAlive()).isTrue();
    assertThat(agent.isAlive()).isTrue();
    // An agent repeats a handshake that takes long, and the first session ends with its lease.
    Await.until(
        "it is the only worker",
        SECONDS,
        () -> stack.api().get("/workers").get("items").size() == 1);
    assertThat(stack.isReady()).isTrue();
    assertThat(scheduler.output()).doesNotContain("OutOfMemoryError");
    assertThat(agent.output()).doesNotContain("OutOfMemoryError");
  }

  private static String[] scheduler(String name) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Xmx192m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dorrery.protocols.active=akka",
                "-Dorrery.protocols.akka.port=" + AKKA_PORT,
                "-Dorrery.protocols.akka.advertised-host=127.0.0.1",
                "-Dorrery.protocols.akka.tls=" + CONFIGURATION,
                "-Dquarkus.tls." + CONFIGURATION + ".reload-period=1s"));
    options.addAll(keys.keyStore(CONFIGURATION, name));
    options.addAll(keys.trustStore(CONFIGURATION));
    return options.toArray(String[]::new);
  }

  private static String[] worker(int port, List<String> more) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Xmx96m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dorrery.worker.protocol=akka",
                "-Dorrery.worker.akka.advertised-host=127.0.0.1",
                "-Dorrery.worker.akka.port=" + port));
    options.addAll(more);
    return options.toArray(String[]::new);
  }

  private static List<String> mutual(Keys own, Keys trusted, String name) {
    List<String> options = new ArrayList<>();
    options.add("-Dorrery.worker.akka.tls=" + CONFIGURATION);
    options.addAll(own.keyStore(CONFIGURATION, name));
    options.addAll(trusted.trustStore(CONFIGURATION));
    return options;
  }

  @Test
  void reportsAkkaReadinessOnBothSides() {
    int port = Ports.free();
    ProgramProcess second =
        stack.startAgentAt(stack.apiPort(), worker(port, mutual(keys, keys, "worker")));
    JsonNode check = stack.agentCheck("/ready", "agreement");
    assertThat(check.path("status").asText()).isEqualTo("UP");
    assertThat(check.path("data").path("protocol").asText()).isEqualTo("akka");
    assertThat(stack.schedulerCheck("/ready", "protocols").path("status").asText()).isEqualTo("UP");

    second.terminate();
    second.awaitExit(SECONDS);
  }

  @Test
  void refusesAgentWithoutTls() {
    requireNotLetIn(List.of());
  }

  @Test
  void refusesAgentCertificateFromUntrustedAuthority() {
    requireNotLetIn(mutual(others, keys, "stranger"));
  }

  @Test
  void refusesConnectionWhenAgentDistrustsScheduler() {
    requireNotLetIn(mutual(keys, others, "worker"));
  }

  private static void requireNotLetIn(List<String> options) {
    ProgramProcess stranger = stack.launchAgentAt(stack.apiPort(), worker(0, options));
    Await.until(
        "it says what is wrong",
        SECONDS,
        () -> stack.agentCheck("/ready", "agreement").path("data").has("code"));

    JsonNode check = stack.agentCheck("/ready", "agreement");
    assertThat(check.path("status").asText()).isEqualTo("DOWN");
    JsonNode data = check.path("data");
    assertThat(data.path("code").asText()).isEqualTo("UNREACHABLE");
    assertThat(data.path("phase").asText()).isEqualTo("UNREACHABLE");
    assertThat(data.path("mayBe").asText()).contains("TLS", "certificate");
    assertThat(data.path("settingToChange").asText())
        .contains("worker: orrery.worker.akka.tls", "scheduler: orrery.protocols.akka.tls");
    assertThat(stranger.output())
        .contains("rejects ours, with" + (options.isEmpty() ? "out TLS" : " TLS"));
    stranger.kill();
  }

  @Test
  void closesTlsConnectionAfterFrameLengthOfTwoGibibytes() throws IOException {
    SSLContext holder = keys.context("worker");
    for (int port : List.of(AKKA_PORT, WORKER_PORT)) {
      for (int i = 0; i < 10; i++) {
        try (SSLSocket socket = connect(holder, port)) {
          assertThat(isCutOff(socket)).isTrue();
        }
      }
    }
  }

  private static SSLSocket connect(SSLContext context, int port) throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    socket.startHandshake();
    return socket;
  }

  /** Returns true if the peer closes while this sends up to 300 MiB of zeros. */
  private static boolean isCutOff(SSLSocket socket) {
    byte[] zeros = new byte[1024 * 1024];
    try {
      OutputStream out = socket.getOutputStream();
      out.write(new byte[] {'A', 'K', 'K', 'A', 2, 0, 0, 0, (byte) 0x80});
      for (int i = 0; i < 300; i++) {
        out.write(zeros);
      }
      return false;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void reloadsRenewedCertificateWithoutRestart() throws IOException {
    BigInteger before = serialNumberAt(AKKA_PORT);

    keys.sign("scheduler");

    Await.until("it shows another one", SECONDS, () -> !serialNumberAt(AKKA_PORT).equals(before));
    int port = Ports.free();
    ProgramProcess newcomer =
        stack.startAgentAt(stack.apiPort(), worker(port, mutual(keys, keys, "worker")));
    newcomer.terminate();
    newcomer.awaitExit(SECONDS);
  }

  private static BigInteger serialNumberAt(int port) throws IOException {
    try (SSLSocket socket = connect(keys.context("worker"), port)) {
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  @Test
  void refusesStartWithIncompleteMutualTls() {
    List<String> keysOnly = new ArrayList<>(keys.keyStore("half", "worker"));
    keysOnly.add("-Dorrery.worker.akka.tls=half");
    ProgramProcess half = stack.launchAgentAt(stack.apiPort(), worker(0, keysOnly));
    ProgramProcess nowhere =
        stack.launchAgentAt(
            stack.apiPort(), worker(0, List.of("-Dorrery.worker.akka.tls=nowhere")));
    assertRefused(half, "orrery.worker.akka.tls is mutual", "quarkus.tls.half", "trust-store");
    assertRefused(nowhere, "orrery.worker.akka.tls names 'nowhere'", "quarkus.tls.nowhere");

    try (Stack other = new Stack("akka-tls-half")) {
      List<String> trustOnly = new ArrayList<>(keys.trustStore("half"));
      trustOnly.add("-Dorrery.protocols.active=akka");
      trustOnly.add("-Dorrery.protocols.akka.port=0");
      trustOnly.add("-Dorrery.protocols.akka.tls=half");
      assertRefused(
          other.launchScheduler(trustOnly.toArray(String[]::new)),
          "orrery.protocols.akka.tls is mutual",
          "quarkus.tls.half",
          "no key-store");
    }
  }

  private static void assertRefused(ProgramProcess process, String... says) {
    assertThat(process.awaitExit(SECONDS)).as(process.output()).isNotZero();
    assertThat(process.output()).contains("orrery: cannot start: ").contains(says);
  }
}
