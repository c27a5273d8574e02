package dev.orrery.scheduler.powerjob;

import static dev.orrery.scheduler.testkit.TestApp.eventually;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.Method;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile calls from the allowed networks. After each attack a worker joins and runs a job. */
@QuarkusTest
@TestProfile(PowerJobOpen.class)
class PowerJobHostileTest {
  private static final int SUCCEED = 5;
  private static final long MAX_BODY = 1024 * 1024;
  private static final int CHUNK = 65_536;

  /** Forms of addresses that are not the caller's own, or no addresses; P is the counted port. */
  private static final List<String> FORGED =
      List.of(
          "127.0.0.2:P",
          "169.254.169.254:80",
          "168.63.129.16:80",
          "10.0.0.7:P",
          "0.0.0.0:P",
          "localhost:P",
          "metadata.google.internal:80",
          "169.254.169.254.nip.io:80",
          "::1:P",
          "[::1]:P",
          "::ffff:127.0.0.1:P",
          "[::ffff:127.0.0.1]:P",
          "::ffff:169.254.169.254:80",
          "2130706433:P",
          "0177.0.0.1:P",
          "127.000.000.001:P",
          "0x7f.0.0.1:P",
          "0x7f000001:P",
          "127.1:P",
          "127.0.0.1.:P",
          "user@127.0.0.1:P",
          "127.0.0.1@127.0.0.2:P",
          "http://127.0.0.1:P",
          "127.0.0.1/x:P",
          "127.0.0.1:P/x",
          "127.0.0.1:P#",
          " 127.0.0.1:P",
          "127.0.0.1\n:P",
          "127.0.0.1\0:P",
          "127.0.0.1:0",
          "127.0.0.1:70000",
          "127.0.0.1:4294967376",
          "127.0.0.1:-1",
          "127.0.0.1",
          ":P",
          "");

  private TestApp app;
  private PowerJobPeer worker;

  @BeforeEach
  void openApp() throws IOException {
    app = TestApp.create();
    int appId = PowerJobOpen.open(app);
    app.withJob(
        "noop", "{\"processor\":{\"type\":\"powerjob\",\"processorInfo\":\"org.example.Noop\"}}");
    worker = new PowerJobPeer(appId);
  }

  @AfterAll
  static void endSessions() {
    PowerJobSessions.end();
  }

  @AfterEach
  void servesAsBefore() throws InterruptedException {
    String id = app.run("noop");
    JsonNode run = worker.awaitRun();
    worker.report(run.get("instanceId").asLong(), SUCCEED, "done");
    app.awaitState(id, "SUCCEEDED");
    worker.close();
  }

  @Test
  void neverConnectsToForgedAddresses() throws Exception {
    try (DialCounter counter = new DialCounter()) {
      String waiting = app.run("noop");
      for (String form : FORGED) {
        String forged = form.replace("P", Integer.toString(counter.port()));
        worker.heartbeat(escaped(forged));
        PowerJobPeer.post(
            "reportInstanceStatus",
            "{\"appId\":%d,\"instanceId\":%s,\"instanceStatus\":5,\"sourceAddress\":\"%s\"}"
                .formatted(worker.appId(), waiting, escaped(forged)));
        PowerJobPeer.post(
            "reportLog",
            "{\"workerAddress\":\"%s\",\"instanceLogContents\":[{\"instanceId\":%s,\"logContent\":\"x\"}]}"
                .formatted(escaped(forged), waiting));
        String target = forged.replaceFirst(":[^:]*$", "");
        given()
            .queryParam("targetIp", target)
            .queryParam("targetPort", counter.port())
            .get("/server/checkConnectivity")
            .then()
            .statusCode(200)
            .body("data", equalTo(target.equals("127.0.0.1")));
      }
      assertThat(gatewaySessions()).as("workers that are dialled").isEmpty();

      // A later event: what would be dialled has been dialled by then.
      JsonNode run = worker.awaitRun();
      worker.report(run.get("instanceId").asLong(), SUCCEED, "own");
      app.awaitState(waiting, "SUCCEEDED");
      assertThat(gatewaySessions()).containsExactly(worker.address());
      assertThat(counter.count()).isZero();
    }
  }

  /** Other processes of the host, and all behind one relay, call from the address of the worker. */
  @Test
  void refusesReportsOfOtherProcessesAtSameAddress() throws InterruptedException {
    String id = app.run("noop");
    JsonNode run = worker.awaitRun();
    long wireId = run.get("instanceId").asLong();
    TestApp other = TestApp.create();
    int otherApp = PowerJobOpen.open(other);

    Duration brief = Duration.ofMillis(5);
    for (long guess :
        List.of(Long.parseLong(id), wireId - 1, wireId + 1, -wireId, wireId ^ 1L << 62)) {
      assertThat(worker.report(worker.appId(), guess, SUCCEED, "FORGED", brief, brief))
          .isEqualTo("200 {\"success\":true}");
      worker.log(guess, "FORGED");
    }
    worker.report(otherApp, wireId, SUCCEED, "FORGED", brief, brief);

    assertThat(app.state(id)).isEqualTo("RUNNING");
    worker.log(wireId, "own line");
    worker.report(wireId, SUCCEED, "own");
    assertThat(app.awaitState(id, "SUCCEEDED").getString("result")).isEqualTo("own");
    eventually().untilAsserted(() -> assertThat(app.logTexts(id)).containsExactly("own line"));
  }

  @Test
  void admitsOnlyWorkersThatAnswer() throws Exception {
    for (int port = 1; port <= 100; port++) {
      worker.heartbeat("127.0.0.1:" + port);
    }
    eventually().until(() -> !refusals("does not answer the scheduler").isEmpty());

    // Like a real worker, it repeats its heartbeat: the others may still have all places.
    eventually()
        .until(
            () -> {
              worker.heartbeat();
              return !gatewaySessions().isEmpty();
            });
    assertThat(gatewaySessions()).containsExactly(worker.address());
    assertThat(TestDatabase.read("select count(*) from powerjob_worker where address like '%:1'"))
        .isEqualTo("0");
  }

  @Test
  void limitsNewWorkersPerAddress() throws Exception {
    int places = 8;
    List<ServerSocket> silent = new ArrayList<>();
    try {
      for (int n = 0; n < places + 1; n++) {
        ServerSocket port =
            new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        silent.add(port);
        worker.heartbeat("127.0.0.1:" + port.getLocalPort());
      }
      eventually().until(() -> !refusals("have not answered their first call").isEmpty());
      assertThat(gatewaySessions()).isEmpty();
    } finally {
      for (ServerSocket port : silent) {
        port.close();
      }
    }
  }

  private List<String> refusals(String text) {
    List<String> details =
        app.asViewer().get("/api/v1/workers").jsonPath().getList("refused.detail");
    return details.stream().filter(detail -> detail.contains(text)).toList();
  }

  @Test
  void answersNotFoundForUnknownPaths() {
    for (String path : List.of("/server", "/server/", "/server/x", "/openApi", "/openApi/")) {
      for (Method method : List.of(Method.GET, Method.POST)) {
        Api.asAdmin().request(method, path).then().statusCode(404);
        given().request(method, path).then().statusCode(401);
      }
    }
  }

  /** A message of one megabyte that keeps an event loop busy keeps all ports and probes waiting. */
  @Test
  void readsMessagesWithoutBlockingEventLoops() {
    String workerField = "{\"workerAddress\":\"" + worker.address() + "\",";
    int half = (int) MAX_BODY / 2 - 100;
    List<String> messages =
        List.of(
            workerField
                + "\"instanceLogContents\":["
                + "{},".repeat((int) MAX_BODY / 3 - 60)
                + "{}]}",
            workerField
                + "\"x\":"
                + "[".repeat(900)
                + "1"
                + ",1".repeat(half - 1000)
                + "]".repeat(900)
                + "}",
            workerField
                + "\"instanceLogContents\":[{\"instanceId\":1,\"logContent\":\""
                + "\\n".repeat(half)
                + "\"}]}",
            workerField + "\"x\":\"" + "x".repeat(2 * half) + "\"}");
    for (String message : messages) {
      PowerJobPeer.post("reportLog", message);
    }

    for (String message : messages) {
      List<Duration> held = new ArrayList<>();
      for (int time = 0; time < 3; time++) {
        long before = loopNanos();
        String answer = PowerJobPeer.post("reportLog", message);
        held.add(Duration.ofNanos(loopNanos() - before));

        assertThat(answer).matches("(?s)(400|200) .*");
      }
      // What else runs on the loops meanwhile counts, too.
      assertThat(Collections.min(held)).as("%.90s", message).isLessThan(Duration.ofMillis(30));
    }
    assertThat(PowerJobPeer.post("reportLog", messages.get(0))).contains("JSON tokens");
  }

  /** Returns the processor time of all event loops. */
  private static long loopNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(thread -> thread != null && thread.getThreadName().contains("eventloop"))
        .mapToLong(thread -> Math.max(0, threads.getThreadCpuTime(thread.getThreadId())))
        .sum();
  }

  private List<String> gatewaySessions() {
    return PowerJobSessions.workers(worker.appId());
  }

  /** Returns the text as the inside of a JSON string. */
  private static String escaped(String text) {
    String quoted = TextNode.valueOf(text).toString();
    return quoted.substring(1, quoted.length() - 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"workerHeartbeat", "reportInstanceStatus", "reportLog", "queryJobCluster"})
  void answersMalformedMessagesWithoutServerError(String operation) {
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    String objects = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000);
    String digits = "9".repeat(100_000);
    for (String body :
        List.of(
            deep,
            objects,
            "{\"appId\":1,\"unknown\":" + deep + "}",
            "{\"appId\":1,\"systemMetrics\":" + objects + "}",
            "{\"appId\":" + digits + "}",
            "{\"appId\":1e999999999}",
            "{\"instanceLogContents\":[null]}",
            "{\"appId\":\"one\",\"jobId\":{}}",
            "{\"appId\":1",
            "")) {
      assertThat(PowerJobPeer.post(operation, body)).as("%.40s", body).matches("(?s)(400|200) .*");
    }
    assertThat(PowerJobPeer.post(operation, deep)).startsWith("400 ");
    assertThat(PowerJobPeer.post(operation, "{\"appId\":1,\"unknown\":" + deep + "}"))
        .startsWith("400 ");
    assertThat(PowerJobPeer.post(operation, "{\"appId\":" + digits + "}")).startsWith("400 ");
  }

  @Test
  void truncatesLongWorkerVersion() {
    PowerJobPeer.post(
        "workerHeartbeat",
        """
        {"workerAddress":"%s","appId":%d,"protocol":"http","version":"1\\n%s"}
        """
            .formatted(worker.address(), worker.appId(), "9".repeat(500_000)));

    eventually().until(() -> !gatewaySessions().isEmpty());
    assertThat(app.asViewer().get("/api/v1/workers").asString())
        .hasSizeLessThan(5_000)
        .contains("PowerJob 1");
  }

  @Test
  void usesLastOfDuplicateKeysInHeartbeat() {
    String own = worker.address();
    PowerJobPeer.post(
        "workerHeartbeat",
        """
        {"workerAddress":"%s","workerAddress":"169.254.169.254:80","appId":%d,"protocol":"http"}
        """
            .formatted(own, worker.appId()));

    assertThat(gatewaySessions()).isEmpty();
  }

  @Test
  void refusesOversizedBodyBeforeReadingItFully() throws IOException {
    assertThat(statusLine("Content-Length: " + 50 * MAX_BODY, 0)).startsWith("HTTP/1.1 413 ");
    assertThat(statusLine("Transfer-Encoding: chunked", MAX_BODY + CHUNK))
        .startsWith("HTTP/1.1 413 ");
  }

  /** Returns the answer to a body of which only this many bytes arrive. */
  private static String statusLine(String length, long bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), TestClient.port())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /server/reportLog HTTP/1.1\r\nHost: x\r\n" + length + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      byte[] chunk = ("10000\r\n" + "x".repeat(CHUNK) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      for (long sent = 0; sent < bytes; sent += CHUNK) {
        out.write(chunk);
      }
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    }
  }

  /** Counts the connections to a port of all addresses of this machine. */
  private static final class DialCounter implements AutoCloseable {
    private final AsynchronousServerSocketChannel server = AsynchronousServerSocketChannel.open();
    private final AtomicInteger count = new AtomicInteger();

    DialCounter() throws IOException {
      server.bind(new InetSocketAddress(0));
      accept();
    }

    private void accept() {
      server.accept(
          null,
          new CompletionHandler<AsynchronousSocketChannel, Void>() {
            @Override
            public void completed(AsynchronousSocketChannel dialled, Void none) {
              count.incrementAndGet();
              accept();
            }

            @Override
            public void failed(Throwable closed, Void none) {
              assertThat(server.isOpen()).isFalse();
            }
          });
    }

    int port() throws IOException {
      return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    int count() {
      return count.get();
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
