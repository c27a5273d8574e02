package dev.orrery.scheduler.powerjob;

import static dev.orrery.scheduler.testkit.TestApp.eventually;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.arc.Arc;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(PowerJobOpen.class)
class PowerJobGatewayTest {
  private static final int SUCCEED = 5;
  private static final int FAILED = 4;
  private static final int RUNNING = 3;

  private static final String ONCE =
      """
      {"processor":{"type":"powerjob","processorInfo":"org.example.Noop"},"overlap":"allow",
       "retry":{"maxAttempts":1,"maxWorkerLosses":0}}
      """;

  private TestApp app;
  private int appId;
  private PowerJobPeer worker;

  @BeforeEach
  void openApp() throws IOException {
    app = TestApp.create();
    appId =
        app.asOperator()
            .body("{}")
            .put(app.path("/powerjob"))
            .then()
            .statusCode(200)
            .body("name", equalTo(app.name()))
            .body("enabled", equalTo(true))
            .extract()
            .path("appId");
    app.withJob(
        "noop",
        """
        {"processor":{"type":"powerjob","processorInfo":"org.example.Noop"},"overlap":"allow",
         "parameters":{"jobParams":"of the job"},
         "retry":{"maxAttempts":3,"backoff":"PT0S","maxBackoff":"PT0S"}}
        """);
    app.withJob("once", ONCE);
    worker = new PowerJobPeer(appId);
  }

  @AfterAll
  static void endSessions() {
    PowerJobSessions.end();
  }

  @AfterEach
  void closeWorker() {
    worker.close();
  }

  @Test
  void returnsAppIdAndWorkerPortForProtocolInAnyCase() {
    for (String protocol : List.of("HTTP", "http", "Http")) {
      requireDiscovery("", protocol);
    }
  }

  @Test
  void answersDiscoveryCallsOnWorkerPort() {
    String port = "http://localhost:" + TestClient.port();
    for (int call = 0; call < 2; call++) {
      requireDiscovery(port, "HTTP");
    }
    given().get(port + "/server/unknown").then().statusCode(404);
  }

  private void requireDiscovery(String server, String protocol) {
    given()
        .get(server + "/server/assert?appName=" + app.name())
        .then()
        .statusCode(200)
        .body("success", equalTo(true))
        .body("data", equalTo(appId));
    given()
        .get(server + "/server/acquire?appId=" + appId + "&protocol=" + protocol)
        .then()
        .statusCode(200)
        .body("data", equalTo("localhost:" + TestClient.port()));
  }

  @Test
  void reportsReasonAndFixWhenWorkerCannotJoin() {
    given()
        .get("/server/assert?appName=unknown")
        .then()
        .statusCode(200)
        .body("success", equalTo(false))
        .body("message", containsString("./orrery powerjob open unknown"));
    given()
        .get("/server/acquire?protocol=AKKA&appId=" + appId)
        .then()
        .body("success", equalTo(false))
        .body("message", containsString("akka"));
    assertThat(refusal("address == '127.0.0.1'"))
        .containsEntry("code", "PROTOCOL_MISMATCH")
        .containsEntry("dialect", "powerjob")
        .containsEntry("app", app.name())
        .containsEntry(
            "settingToChange",
            "scheduler: orrery.powerjob.protocols=http,akka,mu; or worker:"
                + " PowerJobWorkerConfig.protocol=HTTP or MU");
  }

  @Test
  void listsRefusedWorkerThatReportsAddressOfAnotherHost() {
    worker.heartbeat("10.1.2.3:27777");

    assertThat(refusal("code == 'FORBIDDEN'"))
        .containsEntry("app", app.name())
        .extracting("detail", "settingToChange")
        .satisfies(
            texts ->
                assertThat(texts.toString())
                    .contains("10.1.2.3:27777")
                    .contains("powerjob.network.local.address")
                    .contains("orrery.powerjob.require-own-address=false"));
  }

  @Test
  void showsRefusedWorkerOfClosedAppOnlyToAppAndAdmin() {
    app.asOperator().delete(app.path("/powerjob")).then().statusCode(204);
    given().get("/server/assert?appName=" + app.name()).then().body("success", equalTo(false));

    assertThat(refusal("code == 'APP_NOT_FOUND'"))
        .containsEntry("app", app.name())
        .doesNotContainKey("requestedApp")
        .extracting("settingToChange")
        .asString()
        .contains("./orrery powerjob open");
    Api.asAdmin()
        .get("/api/v1/workers")
        .then()
        .body(
            "refused.find { it.requestedApp == '" + app.name() + "' }.code",
            equalTo("APP_NOT_FOUND"));
    TestApp other = TestApp.create();
    other
        .asViewer()
        .get("/api/v1/workers")
        .then()
        .body("refused.findAll { it.dialect == 'powerjob' }.size()", equalTo(0));
  }

  /** Returns the refusal of the app that matches a condition of GPath. */
  private Map<String, Object> refusal(String condition) {
    return app.asViewer()
        .get("/api/v1/workers")
        .then()
        .statusCode(200)
        .extract()
        .path("refused.find { it." + condition + " }");
  }

  @Test
  void runsJobAndStoresLogLinesReceivedAfterReport() throws InterruptedException {
    worker.heartbeat();
    String id = app.run("noop", "{\"parameters\":{\"instanceParams\":\"of the run\"}}");

    JsonNode run = nextRun();
    assertThat(run.get("instanceId").asLong()).isPositive().isNotEqualTo(Long.parseLong(id));
    assertThat(run.get("processorInfo").asText()).isEqualTo("org.example.Noop");
    assertThat(run.get("jobParams").asText()).isEqualTo("of the job");
    assertThat(run.get("instanceParams").asText()).isEqualTo("of the run");
    assertThat(run.get("allWorkerAddress").get(0).asText()).isEqualTo(worker.address());
    long wireId = run.get("instanceId").asLong();
    assertThat(worker.report(wireId, RUNNING, "")).isEqualTo("200 ");
    assertThat(worker.report(wireId, SUCCEED, "done")).isEqualTo("200 {\"success\":true}");
    worker.log(wireId, "late line");

    Json ended = app.awaitState(id, "SUCCEEDED");
    assertThat(ended.getString("result")).isEqualTo("done");
    assertThat(ended.getString("worker")).isEqualTo(worker.address().replace(':', '-'));
    eventually().untilAsserted(() -> assertThat(app.logTexts(id)).startsWith("late line"));
  }

  @Test
  void storesLogLinesReceivedAfterEndOfSession() throws InterruptedException {
    Sent run = start("noop");
    worker.report(run.wireId(), SUCCEED, "done");
    app.asOperator().delete(app.path("/powerjob")).then().statusCode(204);
    eventually().until(() -> dropped(worker));

    worker.log(run.wireId(), "late line");
    worker.log(run.wireId(), "later line");

    eventually()
        .untilAsserted(
            () ->
                assertThat(app.logTexts(run.id()))
                    .containsExactlyInAnyOrder("late line", "later line"));
  }

  @Test
  void dropsLogLinesForRunOfAnotherWorker() throws IOException, InterruptedException {
    Sent run = start("noop");
    try (PowerJobPeer other = new PowerJobPeer(appId)) {
      other.log(run.wireId(), "forged");
    }
    worker.log(run.wireId(), "own line");
    worker.report(run.wireId(), SUCCEED, "done");

    eventually()
        .untilAsserted(() -> assertThat(app.logTexts(run.id())).containsExactly("own line"));
  }

  @Test
  void stopsRunOfEndedAttempt() throws InterruptedException {
    long wireId = start("noop").wireId();
    worker.report(wireId, FAILED, "broken");
    long second = nextRun().get("instanceId").asLong();

    assertThat(worker.report(wireId, RUNNING, "")).isEqualTo("200 ");

    eventually().until(() -> worker.stops().contains(wireId));
    assertThat(worker.stops()).doesNotContain(second);
  }

  @Test
  void stopsRunReportedAfterEndOfSession() throws InterruptedException {
    long wireId = start("noop").wireId();
    worker.report(wireId, SUCCEED, "done");
    app.asOperator().delete(app.path("/powerjob")).then().statusCode(204);
    eventually().until(() -> dropped(worker));

    worker.report(wireId, RUNNING, "");

    eventually().until(() -> worker.stops().contains(wireId));
  }

  @Test
  void stopsRunThatEndedAtAnotherReplica() throws InterruptedException {
    Sent run = start("noop");
    dropGatewaySession();
    assertThat(worker.report(run.wireId(), SUCCEED, "done")).isEqualTo("200 {\"success\":true}");
    assertThat(worker.stops()).isEmpty();

    worker.report(run.wireId(), RUNNING, "");

    eventually().until(() -> worker.stops().contains(run.wireId()));
  }

  @Test
  void startsNewAttemptOfRunLostByRestartedWorker() throws InterruptedException {
    Sent first = start("noop");
    worker.report(first.wireId(), RUNNING, "");

    worker.forget(first.wireId());
    heartbeatUntilNextRun();
    long second = nextRun().get("instanceId").asLong();
    worker.report(second, SUCCEED, "again");

    Json ended = app.awaitState(first.id(), "SUCCEEDED");
    assertThat(second).isNotEqualTo(first.wireId());
    assertThat(ended.getInt("attempt")).isEqualTo(2);
    assertThat(app.attemptStates(first.id())).containsExactlyInAnyOrder("LOST", "SUCCEEDED");
  }

  @Test
  void startsNewAttemptAfterWorkerReportsLossToAnotherReplica() throws InterruptedException {
    Sent first = start("noop");
    worker.report(first.wireId(), RUNNING, "");

    worker.forget(first.wireId());
    eventually()
        .until(
            () -> {
              heartbeatAtAnotherReplica();
              return !worker.runs().isEmpty();
            });
    worker.report(nextRun().get("instanceId").asLong(), SUCCEED, "again");

    app.awaitState(first.id(), "SUCCEEDED");
    assertThat(app.attemptStates(first.id())).containsExactlyInAnyOrder("LOST", "SUCCEEDED");
  }

  /** Sends heartbeats that report no run. */
  private void heartbeatUntilNextRun() {
    eventually()
        .until(
            () -> {
              worker.heartbeat();
              return !worker.runs().isEmpty();
            });
  }

  private void heartbeatAtAnotherReplica() {
    GatewaySessionStore.Beat idle =
        new GatewaySessionStore.Beat(key(), "http", null, false, true, true);
    UUID replica = UUID.randomUUID();
    Arc.container()
        .instance(GatewaySessionStore.class)
        .get()
        .heard(List.of(idle), replica, replica);
  }

  @Test
  void startsNewAttemptOfLostRunBesideNewerRun() throws InterruptedException {
    app.withJob(
        "lossy",
        """
        {"processor":{"type":"powerjob","processorInfo":"org.example.Noop"},"overlap":"allow",
         "retry":{"maxAttempts":1}}
        """);
    Sent first = start("lossy");
    worker.report(first.wireId(), RUNNING, "");
    String later = app.run("lossy");
    long fresh = nextRun().get("instanceId").asLong();
    worker.report(fresh, RUNNING, "");

    worker.forget(first.wireId());
    heartbeatUntilNextRun();
    long again = nextRun().get("instanceId").asLong();
    worker.report(again, SUCCEED, "again");
    worker.report(fresh, SUCCEED, "fresh");

    assertThat(app.awaitState(first.id(), "SUCCEEDED").getInt("attempt")).isEqualTo(2);
    assertThat(app.awaitState(later, "SUCCEEDED").getInt("attempt")).isEqualTo(1);
    Json attempts = app.attempts(first.id());
    assertThat(attempts.getStrings("items.state")).containsExactlyInAnyOrder("LOST", "SUCCEEDED");
    assertThat(attempts.getStrings("items.error").toString())
        .contains("does not know this run any more");
  }

  @Test
  void sendsRunsToAnotherWorkerAfterRefusedConnection() throws IOException, InterruptedException {
    worker.heartbeat();
    worker.close();
    try (PowerJobPeer other = new PowerJobPeer(appId)) {
      other.heartbeat();
      Set<String> ids = new HashSet<>();
      for (int i = 0; i < 6; i++) {
        ids.add(app.run("noop"));
      }
      for (int i = 0; i < 6; i++) {
        JsonNode run = other.runs().poll(15, TimeUnit.SECONDS);
        assertThat(run).as("a run").isNotNull();
        other.report(run.get("instanceId").asLong(), SUCCEED, "done");
      }
      ids.forEach(id -> app.awaitState(id, "SUCCEEDED"));
    }
  }

  @Test
  void ignoresLateReportOfEarlierAttempt() throws InterruptedException {
    Sent first = start("noop");
    worker.report(first.wireId(), FAILED, "broken");
    long second = nextRun().get("instanceId").asLong();

    assertThat(second).isNotEqualTo(first.wireId());
    assertThat(worker.report(first.wireId(), SUCCEED, "late")).isEqualTo("200 {\"success\":true}");
    assertThat(app.state(first.id())).isEqualTo("RUNNING");
    worker.report(second, SUCCEED, "second");
    assertThat(app.awaitState(first.id(), "SUCCEEDED").getString("result")).isEqualTo("second");
  }

  @Test
  void refusesReportUntilItIsStored() throws InterruptedException, SQLException {
    Sent run = start("once");
    try (Connection other = TestDatabase.connect()) {
      other.setAutoCommit(false);
      TestDatabase.process(
          other,
          "select pg_backend_pid() from instance where id = ? for update",
          Long.parseLong(run.id()));

      assertThat(worker.report(run.wireId(), SUCCEED, "done"))
          .startsWith("200 {\"success\":false,");

      other.rollback();
      other.setAutoCommit(true);
    }
    assertThat(worker.report(run.wireId(), SUCCEED, "done")).isEqualTo("200 {\"success\":true}");
    assertThat(app.state(run.id())).isEqualTo("SUCCEEDED");
  }

  @Test
  void redeliversRunThatWorkerDroppedSilently() throws InterruptedException {
    worker.dropRuns();
    worker.heartbeat();
    String id = app.run("noop");
    nextRun();

    long again = nextRun().get("instanceId").asLong();
    worker.report(again, SUCCEED, "again");

    assertThat(app.awaitState(id, "SUCCEEDED").getString("result")).isEqualTo("again");
  }

  /** The poll that waits for the next run was sent before. */
  @Test
  void sendsNoRunAfterHeartbeatWithOverload() throws InterruptedException {
    worker.heartbeat();
    app.run("noop");
    worker.report(nextRun().get("instanceId").asLong(), SUCCEED, "done");
    worker.overload(true);
    worker.heartbeat();

    app.run("noop");
    app.run("noop");

    assertThat(worker.runs().poll(2, TimeUnit.SECONDS)).isNull();
    worker.overload(false);
    worker.heartbeat();
    nextRun();
    nextRun();
  }

  /** The worker has ten threads. */
  @Test
  void sendsLongRunsToIdleThreadsOnlyAlsoAfterShortOnes() throws InterruptedException {
    worker.heartbeat();
    for (int run = 0; run < 30; run++) {
      String id = app.run("noop");
      worker.report(nextRun().get("instanceId").asLong(), SUCCEED, "short");
      app.awaitState(id, "SUCCEEDED");
    }
    for (int run = 0; run < 15; run++) {
      worker.heartbeat();
      app.run("once");
    }
    long first = nextRun().get("instanceId").asLong();
    for (int run = 1; run < 10; run++) {
      nextRun();
    }

    assertThat(worker.runs().poll(1, TimeUnit.SECONDS)).isNull();
    worker.report(first, SUCCEED, "long");
    nextRun();
  }

  @Test
  void stopsCanceledRun() throws InterruptedException {
    Sent run = start("noop");
    worker.report(run.wireId(), RUNNING, "");

    app.cancel(run.id());
    eventually().until(() -> worker.stops().contains(run.wireId()));
    worker.report(run.wireId(), FAILED, "stopped");

    app.awaitState(run.id(), "CANCELED");
  }

  @Test
  void repeatsStopUntilWorkerNoLongerKnowsRun() throws InterruptedException {
    Sent run = start("noop");

    app.cancel(run.id());
    eventually().until(() -> Collections.frequency(worker.stops(), run.wireId()) >= 2);
    worker.forget(run.wireId());

    app.awaitState(run.id(), "CANCELED");
  }

  /** A worker without runs after a stop is the same one as before. */
  @Test
  void keepsSessionWhenAllRunsOfWorkerAreStopped() throws InterruptedException {
    app.withJob(
        "single",
        """
        {"processor":{"type":"powerjob","processorInfo":"org.example.Noop"},"overlap":"allow",
         "concurrency":2,"retry":{"maxAttempts":1,"maxWorkerLosses":0}}
        """);
    worker.obeyStops();
    worker.heartbeat();
    List<String> stopped = List.of(app.run("single"), app.run("single"));
    for (int i = 0; i < 2; i++) {
      long wireId = nextRun().get("instanceId").asLong();
      worker.report(wireId, RUNNING, "");
    }
    String next = app.run("single");
    stopped.forEach(app::cancel);

    // Without another heartbeat.
    worker.report(nextRun().get("instanceId").asLong(), SUCCEED, "next");
    app.awaitState(next, "SUCCEEDED");
    for (String id : stopped) {
      Json ended = app.awaitState(id, "CANCELED");
      assertThat(ended.getString("endReason")).isEqualTo("CANCELED");
      assertThat(ended.getString("error")).isNull();
    }
    assertThat(sessions()).isEqualTo("1");
  }

  @Test
  void sendsRunsInFormerSessionAfterWorkerTakesItsTagBack() throws InterruptedException {
    app.withJob(
        "tagged",
        """
        {"processor":{"type":"powerjob","processorInfo":"org.example.Noop",
         "options":{"designatedWorkers":"gpu"}}}
        """);
    Sent first = start("noop");
    worker.tag("gpu");
    eventually()
        .until(
            () -> {
              worker.heartbeat();
              return PowerJobSessions.workers(appId).size() == 2;
            });

    worker.tag(null);
    worker.heartbeat();
    eventually().until(() -> PowerJobSessions.workers(appId).size() == 1);
    String second = app.run("noop");
    worker.report(nextRun().get("instanceId").asLong(), SUCCEED, "second");

    app.awaitState(second, "SUCCEEDED");
    assertThat(app.state(first.id())).isEqualTo("RUNNING");
    assertThat(sessions()).isEqualTo("2");
  }

  private String sessions() {
    return TestDatabase.read(
        "select count(*)::text from worker_session where worker = ?",
        worker.address().replace(':', '-'));
  }

  @Test
  void cancelsRunThatSucceedsAfterItsStop() throws InterruptedException {
    Sent run = start("noop");

    app.cancel(run.id());
    // The second one is sent after the answer to the first.
    eventually().until(() -> Collections.frequency(worker.stops(), run.wireId()) >= 2);
    assertThat(worker.report(run.wireId(), SUCCEED, "I ended")).isEqualTo("200 {\"success\":true}");

    assertThat(app.awaitState(run.id(), "CANCELED").getString("endReason")).isEqualTo("CANCELED");
    worker.report(run.wireId(), SUCCEED, "I ended");
    assertThat(app.state(run.id())).isEqualTo("CANCELED");
  }

  @Test
  void cancelsRunThatSucceedsAfterItsStopAtAnotherReplica() throws InterruptedException {
    Sent run = start("noop");
    app.cancel(run.id());
    eventually().until(() -> worker.stops().contains(run.wireId()));
    dropGatewaySession();

    assertThat(worker.report(run.wireId(), SUCCEED, "I ended")).isEqualTo("200 {\"success\":true}");

    assertThat(app.instance(run.id()).getString("endReason")).isEqualTo("CANCELED");
    assertThat(app.state(run.id())).isEqualTo("CANCELED");
  }

  @Test
  void acceptsSuccessBeforeStopThatIsReportedLater() throws InterruptedException {
    Sent run = start("noop");

    app.cancel(run.id());
    eventually().until(() -> Collections.frequency(worker.stops(), run.wireId()) >= 2);
    Duration minute = Duration.ofMinutes(1);
    worker.report(appId, run.wireId(), SUCCEED, "done", Duration.ofMillis(5), minute);

    assertThat(app.awaitState(run.id(), "SUCCEEDED").getString("result")).isEqualTo("done");
  }

  @Test
  void timesOutRunThatSucceedsTooLate() throws InterruptedException {
    app.withJob(
        "timed",
        """
        {"processor":{"type":"powerjob","processorInfo":"org.example.Noop"},"timeout":"PT30S",
         "overlap":"allow","retry":{"maxAttempts":1}}
        """);
    Sent run = start("timed");
    worker.report(
        appId, run.wireId(), SUCCEED, "I ended", Duration.ofMillis(30_500), Duration.ofMillis(1));
    assertThat(app.awaitState(run.id(), "TIMED_OUT").getString("error")).isEqualTo("timed out");

    String inTime = app.run("timed");
    long wireId = nextRun().get("instanceId").asLong();
    worker.report(appId, wireId, SUCCEED, "done", Duration.ofMillis(29_900), Duration.ofMillis(1));
    app.awaitState(inTime, "SUCCEEDED");
  }

  /** A worker forgets what it has ended, and what it could not report for too long. */
  @Test
  void losesRunUnknownToWorkerAfterChangeOfOwner() throws InterruptedException {
    Sent run = start("once");
    worker.report(run.wireId(), RUNNING, "");
    forgetOwner();
    worker.forget(run.wireId());

    worker.heartbeat();

    Json lost = app.awaitState(run.id(), "FAILED");
    assertThat(lost.getString("endReason")).isEqualTo("WORKER_LOST");
    assertThat(lost.getString("error")).contains("nothing shows whether it ran");
    assertThat(lost.getInt("attempt")).isEqualTo(1);
    assertThat(worker.runs()).isEmpty();
    assertThat(sessions()).isEqualTo("1");
  }

  /** It may have started the run in the moment before its end. */
  @Test
  void losesRunOfRestartedWorkerThatWasUnreachable() throws IOException, InterruptedException {
    worker.heartbeat();
    String id = app.run("once");
    nextRun();
    // Its answer has arrived, so a denial is its last word.
    eventually().until(() -> first(WorkerRun::isRead));
    worker.close();
    eventually().until(() -> first(run -> run.state() == PushState.UNKNOWN));

    worker = worker.startAgain();
    worker.heartbeat();

    Json lost = app.awaitState(id, "FAILED");
    assertThat(lost.getString("endReason")).isEqualTo("WORKER_LOST");
    assertThat(lost.getString("error")).contains("nothing shows whether it ran");
  }

  /** The worker reads its connections in any order, so it may read the run after a question. */
  @Test
  void keepsRunThatIsDeniedBeforeWorkerReadsIt() throws InterruptedException {
    worker.leaveRunsUnanswered();
    Sent run = start("once");
    eventually().until(() -> worker.asked().contains(run.wireId()));
    eventually().until(() -> Collections.frequency(worker.asked(), run.wireId()) == 2);

    worker.know(run.wireId());
    eventually().until(() -> Collections.frequency(worker.asked(), run.wireId()) == 3);
    worker.report(run.wireId(), SUCCEED, "once");

    assertThat(app.awaitState(run.id(), "SUCCEEDED").getInt("attempt")).isEqualTo(1);
    assertThat(worker.runs()).isEmpty();
  }

  private GatewaySessionStore.Key key() {
    return new GatewaySessionStore.Key(appId, worker.address(), "powerjob");
  }

  private GatewaySession gatewaySession() {
    return Arc.container().instance(GatewaySessionRegistry.class).get().find(key()).orElseThrow();
  }

  @Test
  void keepsRunKnownToWorkerAfterChangeOfOwner() throws InterruptedException {
    Sent run = start("once");
    forgetOwner();

    worker.heartbeat();
    eventually().until(() -> !dropped(worker));
    assertThat(worker.report(run.wireId(), SUCCEED, "done")).isEqualTo("200 {\"success\":true}");

    assertThat(app.awaitState(run.id(), "SUCCEEDED").getInt("attempt")).isEqualTo(1);
  }

  /** The worker may still look for its new owner, to report what has ended. */
  @Test
  void asksAdoptedWorkerAboutItsRunsAfterHeartbeat() throws InterruptedException {
    Sent run = start("once");
    forgetOwner();
    eventually().until(() -> !dropped(worker));
    worker.asked().clear();
    // A new owner asks before it sends a run, because the former one may have sent it.
    String later = app.run("once");
    long laterId = nextRun().get("instanceId").asLong();
    assertThat(worker.asked()).containsExactly(laterId);

    worker.heartbeat();
    eventually().until(() -> worker.asked().contains(run.wireId()));
    worker.report(run.wireId(), SUCCEED, "done");
    worker.report(laterId, SUCCEED, "done");
    app.awaitState(run.id(), "SUCCEEDED");
    app.awaitState(later, "SUCCEEDED");
  }

  /** The former owner may have sent the run, and only the worker knows. */
  @Test
  void sendsNoRunToAdoptedWorkerThatFailsToAnswer() throws InterruptedException {
    start("once");
    forgetOwner();
    eventually().until(() -> !dropped(worker));
    worker.asked().clear();
    worker.refuseQuestions(true);
    String id = app.run("once");
    eventually().until(() -> !worker.asked().isEmpty());
    long wireId = worker.asked().get(0);

    worker.know(wireId);
    worker.refuseQuestions(false);
    worker.heartbeat();
    eventually().until(() -> Collections.frequency(worker.asked(), wireId) >= 2);
    worker.report(wireId, SUCCEED, "once");

    assertThat(app.awaitState(id, "SUCCEEDED").getInt("attempt")).isEqualTo(1);
    assertThat(worker.runs()).isEmpty();
  }

  @Test
  void cancelsRunStoppedByFormerOwner() throws InterruptedException {
    Sent run = start("once");
    worker.report(run.wireId(), RUNNING, "");
    app.cancel(run.id());
    eventually().until(() -> worker.stops().contains(run.wireId()));
    forgetOwner();
    worker.forget(run.wireId());

    worker.heartbeat();

    Json ended = app.awaitState(run.id(), "CANCELED");
    assertThat(ended.getString("endReason")).isEqualTo("CANCELED");
    assertThat(ended.getString("error")).isNull();
  }

  @Test
  void handsBackRunUnsentByFormerOwner() throws InterruptedException {
    Sent run = start("once");
    giveUp(List.of());
    worker.forget(run.wireId());

    worker.heartbeat();

    long again = nextRun().get("instanceId").asLong();
    worker.report(again, SUCCEED, "again");
    assertThat(app.awaitState(run.id(), "SUCCEEDED").getInt("attempt")).isEqualTo(2);
    assertThat(app.attemptStates(run.id())).containsExactlyInAnyOrder("HANDED_BACK", "SUCCEEDED");
  }

  @Test
  void losesRunSentByStoppedFormerOwner() throws InterruptedException {
    Sent run = start("once");
    giveUp(List.of(Long.parseLong(run.id())));
    worker.forget(run.wireId());

    worker.heartbeat();

    assertThat(app.awaitState(run.id(), "FAILED").getString("endReason")).isEqualTo("WORKER_LOST");
  }

  /** As after a kill: another process owns the worker, and has given no sign for too long. */
  private void forgetOwner() {
    dropGatewaySession();
    TestDatabase.read(
        "with gone as (update powerjob_worker set owner = gen_random_uuid(),"
            + " owner_seen_at = now() - interval '1 hour' where address = ? returning 1)"
            + " select count(*)::text from gone",
        worker.address());
  }

  /** As a replica that stops. */
  private void giveUp(List<Long> sent) {
    dropGatewaySession();
    UUID owner = Arc.container().instance(GatewaySessionRegistry.class).get().owner();
    Arc.container().instance(GatewaySessionStore.class).get().release(Map.of(key(), sent), owner);
  }

  @Test
  void holdsNoPlaceForWorkerOfAnotherReplica() {
    worker.heartbeat();
    eventually().until(() -> !dropped(worker));
    TestDatabase.update(
        "update powerjob_worker set owner = gen_random_uuid(), heartbeat_at = '2000-01-01',"
            + " owner_seen_at = now() + interval '1 hour' where address = ?",
        worker.address());
    eventually().until(() -> dropped(worker));

    worker.heartbeat();

    eventually()
        .until(
            () ->
                TestDatabase.read(
                        "select heartbeat_at > '2000-01-01' from powerjob_worker where address = ?",
                        worker.address())
                    .equals("t"));
    eventually()
        .untilAsserted(
            () -> assertThat(freePlaces()).isEqualTo(PowerJobLimits.MAX_SESSIONS_PER_APP));
  }

  private int freePlaces() {
    GatewaySessionRegistry registry = Arc.container().instance(GatewaySessionRegistry.class).get();
    List<QuotaPermit> free =
        Stream.generate(() -> registry.holdPlace(key()))
            .takeWhile(Optional::isPresent)
            .flatMap(Optional::stream)
            .toList();
    free.forEach(QuotaPermit::release);
    return free.size();
  }

  private boolean first(Predicate<WorkerRun> condition) {
    return PowerJobSessions.onLoop(() -> condition.test(gatewaySession().runs().get(0)));
  }

  private void dropGatewaySession() {
    PowerJobSessions.onLoop(
        () -> {
          Arc.container().instance(GatewaySessionRegistry.class).get().drop(gatewaySession());
          return null;
        });
  }

  @Test
  void storesLinesInOrderOfWorkerClock() throws InterruptedException {
    Sent run = start("noop");
    worker.log(run.wireId(), Map.of(70, "seven", 80, "eight"));
    worker.log(run.wireId(), Map.of(40, "four", 60, "six"));
    worker.log(run.wireId(), Map.of(10, "one", 30, "three"));
    worker.report(run.wireId(), SUCCEED, "done");
    worker.log(run.wireId(), Map.of(90, "last"));

    eventually()
        .untilAsserted(
            () ->
                assertThat(app.logTexts(run.id()))
                    .containsExactly("one", "three", "four", "six", "seven", "eight", "last"));
  }

  /** The worker's clock stands in 1970. */
  @Test
  void convertsLineTimesToSchedulerClock() throws InterruptedException {
    Sent run = start("noop");
    worker.log(run.wireId(), Map.of(1, "one", 3, "three"));

    Instant sent = Instant.now();
    eventually()
        .untilAsserted(
            () -> {
              List<Instant> times = lineTimes(run);
              assertThat(times).hasSize(2);
              assertThat(times.get(0)).isBetween(sent.minusSeconds(60), Instant.now());
              assertThat(Duration.between(times.get(0), times.get(1))).hasMillis(2);
            });
  }

  @Test
  void keepsLineTimesOfWorkerWhoseClockIsSetRight() throws InterruptedException {
    worker.setClock(Instant.now().plus(Duration.ofDays(1)));
    Sent run = start("noop");
    long before = heardNanos();
    Instant now = Instant.now();
    worker.setClock(now);
    worker.heartbeat();
    eventually().until(() -> heardNanos() != before);

    worker.log(run.wireId(), Map.of(now.toEpochMilli(), "line"));

    eventually()
        .untilAsserted(
            () ->
                assertThat(lineTimes(run))
                    .singleElement(as(InstanceOfAssertFactories.INSTANT))
                    .isCloseTo(now, within(1, ChronoUnit.MINUTES)));
  }

  private List<Instant> lineTimes(Sent run) {
    return Json.of(app.asViewer().get(TestApp.instancePath(run.id(), "/logs")), 200)
        .getStrings("items.at")
        .stream()
        .map(Instant::parse)
        .toList();
  }

  private long heardNanos() {
    return PowerJobSessions.onLoop(() -> gatewaySession().heardNanos());
  }

  @Test
  void connectsOnlyToCallerAddress() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.2"))) {
      other.setSoTimeout(2500);
      worker.heartbeat("127.0.0.2:" + other.getLocalPort());
      worker.heartbeat("169.254.169.254:80");
      worker.heartbeat("localhost:" + other.getLocalPort());
      app.run("noop");

      assertThatThrownBy(other::accept).isInstanceOf(SocketTimeoutException.class);
    }
    app.asViewer().get("/api/v1/workers").then().body("items.size()", equalTo(0));
  }

  @Test
  void refusesOversizedOrMalformedMessages() {
    assertThat(PowerJobPeer.post("workerHeartbeat", "x".repeat(1024 * 1024 + 1)))
        .startsWith("413 ");
    assertThat(PowerJobPeer.post("workerHeartbeat", "[]")).startsWith("400 ");
    assertThat(PowerJobPeer.post("reportLog", "null")).startsWith("400 ");
    assertThat(PowerJobPeer.post("nothing", "{}")).startsWith("404 ");
  }

  @Test
  void sendsNoRunAfterAppIsClosed() throws InterruptedException {
    worker.heartbeat();
    app.run("noop");
    worker.report(nextRun().get("instanceId").asLong(), SUCCEED, "open");
    app.asOperator().delete(app.path("/powerjob")).then().statusCode(204);
    app.asViewer().get(app.path("/powerjob")).then().statusCode(404);

    given().get("/server/assert?appName=" + app.name()).then().body("success", equalTo(false));
    eventually().until(() -> dropped(worker));
    app.run("noop");
    assertThat(worker.runs().poll(1, TimeUnit.SECONDS)).isNull();
  }

  private static boolean dropped(PowerJobPeer worker) {
    return PowerJobSessions.workers(worker.appId()).isEmpty();
  }

  private record Sent(String id, long wireId) {}

  /** Runs the job, and returns the run that the worker has received. */
  private Sent start(String job) throws InterruptedException {
    worker.heartbeat();
    String id = app.run(job);
    return new Sent(id, nextRun().get("instanceId").asLong());
  }

  private JsonNode nextRun() throws InterruptedException {
    JsonNode run = worker.runs().poll(15, TimeUnit.SECONDS);
    assertThat(run).as("a run").isNotNull();
    return run;
  }
}
