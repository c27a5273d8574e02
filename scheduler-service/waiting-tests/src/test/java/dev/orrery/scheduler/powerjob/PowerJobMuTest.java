package dev.orrery.scheduler.powerjob;

import static dev.orrery.scheduler.testkit.TestApp.eventually;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers that dial the scheduler over MU. */
@QuarkusTest
@TestProfile(PowerJobOpen.class)
class PowerJobMuTest {
  private static final String HERE = "127.0.0.1";
  private static final String ELSEWHERE = "127.0.0.2";
  private static final AtomicInteger PORTS = new AtomicInteger(1024);

  private final String address = "10.9.8.7:" + PORTS.incrementAndGet();
  private TestApp app;
  private int appId;

  @BeforeEach
  void openApp() {
    app = TestApp.create();
    appId = PowerJobOpen.open(app);
    app.withJob(
        "noop",
        """
        {"processor":{"type":"powerjob","processorInfo":"org.example.Noop"},"overlap":"allow",
         "retry":{"maxAttempts":1,"maxWorkerLosses":0}}
        """);
  }

  @AfterAll
  static void endSessions() {
    PowerJobSessions.end();
  }

  private MuPeer worker() throws IOException {
    return new MuPeer(appId, HERE, address);
  }

  @Test
  void runsJobOfWorkerThatNobodyCanDial() throws Exception {
    try (MuPeer worker = worker()) {
      String id = app.run("noop");
      long run = run(worker);
      worker.log(run, "a line");
      worker.end(run, "done");

      JsonNode answer = worker.answer();
      assertThat(answer.get("messageType").asText()).isEqualTo("RESPONSE");
      assertThat(answer.get("payload").get("success").asBoolean()).isTrue();
      Json ended = app.awaitState(id, "SUCCEEDED");
      assertThat(ended.getString("result")).isEqualTo("done");
      assertThat(ended.getString("worker")).isEqualTo(address.replace(':', '-') + "-at-" + HERE);
      eventually().untilAsserted(() -> assertThat(app.logTexts(id)).contains("a line"));
    }
  }

  private static long run(MuPeer worker) throws Exception {
    return worker.awaitRun().get("instanceId").asLong();
  }

  @Test
  void countsItsSessionsAtItsPort() throws Exception {
    try (MuPeer worker = worker()) {
      String id = app.run("noop");
      long run = run(worker);

      Api.asAdmin()
          .get("/api/v1/protocol")
          .then()
          .body("ports.find { it.name == 'powerjob-mu' }.open", equalTo(true))
          .body("ports.find { it.name == 'powerjob-mu' }.mayBeClosed", equalTo(false));
      worker.end(run, "done");
      app.awaitState(id, "SUCCEEDED");
    }
  }

  @Test
  void keepsRunOfWorkerThatConnectsAgain() throws Exception {
    String id = app.run("noop");
    long run;
    try (MuPeer worker = worker()) {
      run = run(worker);
    }
    try (MuPeer again = worker()) {
      again.know(run);
      again.heartbeat();
      again.end(run, "after the break");

      assertThat(again.answer().get("payload").get("success").asBoolean()).isTrue();
      assertThat(app.awaitState(id, "SUCCEEDED").getString("result")).isEqualTo("after the break");
    }
  }

  @Test
  void losesRunThatWorkerForgotBetweenItsConnections() throws Exception {
    String id = app.run("noop");
    try (MuPeer worker = worker()) {
      run(worker);
    }
    try (MuPeer again = worker()) {
      eventually()
          .untilAsserted(
              () -> {
                again.heartbeat();
                assertThat(app.state(id)).isEqualTo("FAILED");
              });
      assertThat(app.instance(id).getString("error")).contains("does not know this run");
    }
  }

  @Test
  void holdsMessagesOfNewConnectionUntilItsHeartbeat() throws Exception {
    String id = app.run("noop");
    try (MuPeer worker = worker();
        MuPeer other = worker()) {
      long run = run(worker);
      other.log(run, "early");
      other.end(run, "early");
      assertThat(app.logTexts(id)).isEmpty();
      assertThat(app.state(id)).isEqualTo("RUNNING");
      other.heartbeat();

      assertThat(other.answer().get("payload").get("success").asBoolean()).isTrue();
      app.awaitState(id, "SUCCEEDED");
      eventually().untilAsserted(() -> assertThat(app.logTexts(id)).contains("early"));
    }
  }

  @Test
  void ignoresReportsOfConnectionsThatAreNotTheWorkers() throws Exception {
    String id = app.run("noop");
    try (MuPeer worker = worker();
        MuPeer stranger = new MuPeer(appId, HERE, "10.9.8.7:" + PORTS.incrementAndGet());
        MuPeer elsewhere = new MuPeer(appId, ELSEWHERE, address)) {
      long run = run(worker);
      stranger.heartbeat();
      stranger.heartbeat(address);
      stranger.send(
          "TELL",
          null,
          "/server/reportInstanceStatus",
          """
          {"appId":%d,"instanceId":%d,"instanceStatus":5,"sourceAddress":"%s"}"""
              .formatted(appId, run, address));
      elsewhere.heartbeat();
      elsewhere.end(run, "stolen");
      assertThat(elsewhere.answer().get("payload").get("success").asBoolean()).isTrue();
      eventually()
          .untilAsserted(
              () ->
                  assertThat(refusals())
                      .anySatisfy(
                          text -> assertThat(text).contains(address).contains("another one than")));
      assertThat(app.state(id)).isEqualTo("RUNNING");

      worker.end(run, "mine");
      assertThat(app.awaitState(id, "SUCCEEDED").getString("result")).isEqualTo("mine");
    }
  }

  private List<String> refusals() {
    return app.asViewer()
        .get("/api/v1/workers")
        .then()
        .statusCode(200)
        .extract()
        .path("refused.collect { it.detail }");
  }

  /** Over MU a worker may name any address, but never be one that is dialled there. */
  @Test
  void neverSpeaksForWorkerOfAnotherProtocol() throws Exception {
    try (PowerJobPeer dialled = new PowerJobPeer(appId);
        MuPeer forged = new MuPeer(appId, HERE, dialled.address())) {
      String id = app.run("noop");
      long run = dialled.awaitRun().get("instanceId").asLong();
      forged.heartbeat();
      forged.end(run, "stolen");
      assertThat(forged.answer().get("payload").get("success").asBoolean()).isTrue();
      assertThat(app.state(id)).isEqualTo("RUNNING");

      dialled.report(run, 5, "mine");
      assertThat(app.awaitState(id, "SUCCEEDED").getString("result")).isEqualTo("mine");
    }
  }

  @Test
  void servesWorkersOfTwoHostsThatNameOneAddress() throws Exception {
    try (MuPeer here = worker();
        MuPeer elsewhere = new MuPeer(appId, ELSEWHERE, address)) {
      String first = app.run("noop");
      here.end(run(here), "here");
      assertThat(app.awaitState(first, "SUCCEEDED").getString("result")).isEqualTo("here");
      elsewhere.heartbeat();

      eventually()
          .untilAsserted(
              () ->
                  assertThat(PowerJobSessions.workers(appId))
                      .contains(address + "/mu@" + HERE, address + "/mu@" + ELSEWHERE));
    }
  }

  @Test
  void keepsFormerConnectionsOpenWhateverOrderTheirHeartbeatsHave() throws Exception {
    try (MuPeer first = worker();
        MuPeer second = worker()) {
      for (MuPeer current : List.of(first, second, first, second)) {
        current.heartbeat();
        current.send("ASK", "after the heartbeat", "/server/unknown", "{}");
        current.answer();
        String id = app.run("noop");
        current.end(run(current), "done");
        current.answer();
        app.awaitState(id, "SUCCEEDED");
      }

      assertThat(first.isClosed()).isFalse();
      assertThat(second.isClosed()).isFalse();
    }
  }

  @Test
  void stopsCanceledRun() throws Exception {
    String id = app.run("noop");
    try (MuPeer worker = worker()) {
      long run = run(worker);
      app.cancel(id);
      eventually().until(() -> worker.stops().contains(run));
      worker.forget(run);

      app.awaitState(id, "CANCELED");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1024 * 1024 + 1, Integer.MAX_VALUE})
  void refusesLengthsInWords(int length) throws Exception {
    try (MuPeer worker = worker()) {
      worker.bytes(ByteBuffer.allocate(4).putInt(length).array());

      JsonNode error = worker.answer();
      assertThat(error.get("messageType").asText()).isEqualTo("ERROR");
      assertThat(error.get("errorMessage").asText()).contains("it must have 1 to 1048576");
      eventually().until(worker::isClosed);
    }
  }

  @Test
  void closesConnectionWhoseMessageDoesNotEnd() throws Exception {
    try (MuPeer worker = worker()) {
      worker.bytes(new byte[] {0, 0, 0});

      assertThat(worker.answer().get("errorMessage").asText()).contains("did not end within 10 s");
      eventually().until(worker::isClosed);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "{\"messageType\":\"SHOUT\"}", "{", "\"x\""})
  void closesConnectionOfWhatIsNoMessage(String json) throws Exception {
    try (MuPeer worker = worker()) {
      worker.bytes(
          ByteBuffer.allocate(4 + json.length())
              .putInt(json.length())
              .put(json.getBytes(StandardCharsets.US_ASCII))
              .array());

      assertThat(worker.answer().get("messageType").asText()).isEqualTo("ERROR");
      eventually().until(worker::isClosed);
    }
  }

  @Test
  void ignoresAnswersToQuestionsThatItHasNotAsked() throws Exception {
    try (MuPeer worker = worker()) {
      worker.send("RESPONSE", "1", null, "{\"success\":true}");
      worker.send("ERROR", null, null, "null");
      worker.send("HEARTBEAT", null, null, "null");
      String id = app.run("noop");
      worker.end(run(worker), "done");

      app.awaitState(id, "SUCCEEDED");
    }
  }

  @Test
  void refusesUnknownPathsAndForeignNetworks() throws Exception {
    try (MuPeer worker = worker();
        MuPeer outside = new MuPeer(appId, PowerJobOpen.OUTSIDE, address)) {
      worker.heartbeat();
      worker.send("ASK", "7", "/server/unknown", "{}");

      JsonNode error = worker.answer();
      assertThat(error.get("messageType").asText()).isEqualTo("ERROR");
      assertThat(error.get("requestId").asText()).isEqualTo("7");
      eventually().until(outside::isClosed);
      given()
          .get("/server/acquire?protocol=MU&appId=" + appId)
          .then()
          .body("success", equalTo(true));
    }
  }

  @Test
  void refusesHeartbeatOfAnotherProtocol() throws Exception {
    try (MuPeer worker = worker()) {
      worker.send(
          "TELL",
          null,
          "/server/workerHeartbeat",
          """
          {"workerAddress":"%s","appId":%d,"protocol":"HTTP"}"""
              .formatted(address, appId));

      eventually()
          .untilAsserted(
              () ->
                  assertThat(refusals())
                      .anySatisfy(text -> assertThat(text).contains("another protocol than mu")));
      assertThat(worker.runs().poll(0, TimeUnit.SECONDS)).isNull();
    }
  }

  @Test
  void refusesWorkerThatNamesAddressOfAnotherApp() throws Exception {
    TestApp other = TestApp.create();
    try (MuPeer worker = worker();
        MuPeer forged = new MuPeer(PowerJobOpen.open(other), HERE, address)) {
      String id = app.run("noop");
      long run = run(worker);
      forged.heartbeat();
      forged.send("ASK", "after the heartbeat", "/server/unknown", "{}");
      worker.end(run, "mine");

      assertThat(app.awaitState(id, "SUCCEEDED").getString("result")).isEqualTo("mine");
      assertThat(forged.runs()).isEmpty();
    }
  }

  @Test
  void closesConnectionOfWorkerThatReadsNoAnswers() throws Exception {
    try (MuPeer deaf = worker()) {
      deaf.stopReading();
      deaf.heartbeat();

      assertThatIOException()
          .isThrownBy(
              () -> {
                for (int i = 0; i < 500_000; i++) {
                  deaf.send("ASK", null, "/server/unknown", "{}");
                }
              });
    }
  }

  @Test
  void readsLargeMessages() throws Exception {
    String id = app.run("noop");
    try (MuPeer worker = worker()) {
      long run = run(worker);
      worker.log(run, "x".repeat(200_000));
      worker.end(run, "done");

      app.awaitState(id, "SUCCEEDED");
      eventually().untilAsserted(() -> assertThat(app.logTexts(id)).isNotEmpty());
      assertThat(worker.isClosed()).isFalse();
    }
  }
}
