package dev.orrery.scheduler.powerjob.openapi;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.powerjob.LimiterKey;
import dev.orrery.scheduler.powerjob.PowerJobOpen;
import dev.orrery.scheduler.powerjob.PowerJobPeer;
import dev.orrery.scheduler.powerjob.app.OpenedAppService;
import dev.orrery.scheduler.powerjob.wire.WireIdService;
import dev.orrery.scheduler.testkit.ConcurrentCalls;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.arc.Arc;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(PowerJobOpen.class)
class RunCallGroupTest {
  private static final Path RECORDED =
      Path.of("..", "..", "protocol", "powerjob", "src", "test", "resources", "wire");
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int SUCCEED = 5;
  private static final int FAILED = 4;

  @Inject OpenedAppService apps;

  private TestApp app;
  private PowerJobCaller caller;
  private PowerJobPeer worker;
  private long job;

  @BeforeEach
  void openApp() throws IOException {
    app = PowerJobCaller.openApp();
    caller = PowerJobCaller.of4(app);
    app.withJob(
        "noop",
        """
        {"processor":{"type":"powerjob","processorInfo":"org.example.Noop"},"overlap":"allow",
         "parameters":{"jobParams":"of the job"},
         "retry":{"maxAttempts":2,"backoff":"PT0S","maxBackoff":"PT0S"}}
        """);
    job =
        Long.parseLong(
            TestDatabase.read(
                "select j.id::text from job j join app a on a.id = j.app_id where a.name = ?",
                app.name()));
    int appId = app.asViewer().get(app.path("/powerjob")).then().extract().path("appId");
    worker = new PowerJobPeer(appId);
  }

  @AfterEach
  void closeWorker() {
    worker.close();
  }

  private long run(Map<String, ?> parameters) {
    return Long.parseLong(caller.accept("runJob", parameters).getString("data"));
  }

  private long run() {
    return run(Map.of("jobId", job, "delay", 0));
  }

  private Json info(long run) {
    return caller.accept("fetchInstanceInfo", Map.of("instanceId", run));
  }

  private int status(long run) {
    return caller.accept("fetchInstanceStatus", Map.of("instanceId", run)).getInt("data");
  }

  private long nextRun() throws InterruptedException {
    JsonNode run = worker.awaitRun();
    long wireId = run.get("instanceId").asLong();
    return wireId;
  }

  @Test
  void runsJobAndReportsEachStateOfRun() throws InterruptedException {
    long run = run(Map.of("jobId", job, "delay", 0, "instanceParams", "of the run"));
    assertThat(status(run)).isEqualTo(1);
    Json waiting = info(run);
    assertThat(waiting.getString("data.taskTrackerAddress")).isNull();
    assertThat(waiting.getString("data.actualTriggerTime")).isNull();

    worker.heartbeat();
    long wireId = nextRun();
    assertThat(wireId).isPositive().isNotEqualTo(run);
    assertThat(status(run)).isEqualTo(3);
    worker.report(wireId, SUCCEED, "done");

    assertThat(status(run)).isEqualTo(5);
    Json info = info(run);
    assertThat(info.getString("data.jobId")).isEqualTo(Long.toString(job));
    assertThat(info.getInt("data.appId")).isEqualTo(worker.appId());
    assertThat(info.getString("data.instanceId")).isEqualTo(Long.toString(run));
    assertThat(info.getString("data.jobParams")).isEqualTo("of the job");
    assertThat(info.getString("data.instanceParams")).isEqualTo("of the run");
    assertThat(info.getString("data.result")).isEqualTo("done");
    assertThat(info.getInt("data.type")).isEqualTo(1);
    assertThat(info.getInt("data.runningTimes")).isEqualTo(1);
    assertThat(info.getString("data.taskTrackerAddress")).isEqualTo(worker.address());
    long expected = Long.parseLong(info.getString("data.expectedTriggerTime"));
    long actual = Long.parseLong(info.getString("data.actualTriggerTime"));
    long finished = Long.parseLong(info.getString("data.finishedTime"));
    assertThat(expected).isLessThanOrEqualTo(actual);
    assertThat(actual).isLessThanOrEqualTo(finished);
    assertThat(info.getString("data.gmtModified"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\+00:00");
  }

  @Test
  void findsRunByWireIdOfEachAttempt() throws InterruptedException {
    long run = run();
    worker.heartbeat();
    long first = nextRun();
    assertThat(status(first)).isEqualTo(3);
    worker.report(first, FAILED, "broken");
    long second = nextRun();
    assertThat(second).isNotIn(run, first);

    assertThat(status(first)).isEqualTo(3);
    assertThat(status(second)).isEqualTo(3);
    worker.report(second, FAILED, "broken again");

    for (long number : List.of(run, first, second)) {
      Json info = info(number);
      assertThat(info.getInt("data.status")).isEqualTo(4);
      assertThat(info.getString("data.result")).contains("broken again");
      assertThat(info.getString("data.instanceId")).isEqualTo(Long.toString(run));
      assertThat(info.getInt("data.runningTimes")).isEqualTo(2);
    }
    caller.accept("retryInstance", Map.of("instanceId", first));
    long again = nextRun();
    caller.accept("stopInstance", Map.of("instanceId", again));
    worker.forget(again);
    TestApp.eventually().until(() -> status(run) == 10);
    assertThat(info(first).getString("data.result")).isEqualTo("stopped by user");
  }

  @Test
  void cancelsRunOnlyBeforeStart() throws InterruptedException {
    long later = run(Map.of("jobId", job, "delay", 600_000));
    Json waiting = info(later);
    long expected = Long.parseLong(waiting.getString("data.expectedTriggerTime"));
    assertThat(expected - System.currentTimeMillis()).isBetween(500_000L, 600_000L);

    caller.accept("cancelInstance", Map.of("instanceId", later));
    assertThat(status(later)).isEqualTo(9);
    assertThat(info(later).getString("data.result")).isEqualTo("canceled by user");

    long now = run();
    worker.heartbeat();
    nextRun();
    String refusal = "PowerJobException: instance already up and running";
    assertThat(caller.refuse("cancelInstance", Map.of("instanceId", now))).isEqualTo(refusal);
    assertThat(caller.refuse("cancelInstance", Map.of("instanceId", later))).isEqualTo(refusal);
    assertThat(status(now)).isEqualTo(3);
  }

  @Test
  void stopsRunAndRefusesSecondStop() throws InterruptedException {
    long run = run();
    worker.heartbeat();
    long wireId = nextRun();

    caller.accept("stopInstance", Map.of("instanceId", run));
    TestApp.eventually().until(() -> worker.stops().contains(wireId));
    worker.report(wireId, FAILED, "stopped");

    TestApp.eventually().until(() -> status(run) == 10);
    assertThat(info(run).getString("data.result")).isEqualTo("stopped by user");
    assertThat(caller.refuse("stopInstance", Map.of("instanceId", run)))
        .isEqualTo("IllegalArgumentException: can't stop finished instance!");
  }

  @Test
  void retriesEndedRunUnderSameInstanceId() throws InterruptedException {
    long run = run(Map.of("jobId", job, "instanceParams", "again"));
    worker.heartbeat();
    worker.report(nextRun(), SUCCEED, "first");
    TestApp.eventually().until(() -> status(run) == 5);

    caller.accept("retryInstance", Map.of("instanceId", run));
    assertThat(caller.refuse("retryInstance", Map.of("instanceId", run)))
        .isEqualTo("PowerJobException: Only stopped instance can be retry!");
    long wireId = nextRun();
    assertThat(wireId).isNotEqualTo(run);
    worker.report(wireId, SUCCEED, "second");

    Json info = info(run);
    assertThat(info.getString("data.instanceId")).isEqualTo(Long.toString(run));
    assertThat(info.getString("data.instanceParams")).isEqualTo("again");
    assertThat(info.getString("data.result")).isEqualTo("second");
    assertThat(info.getInt("data.status")).isEqualTo(5);
  }

  @Test
  void createsRetryWithItsNumberAtomically() throws Exception {
    long run = run();
    worker.heartbeat();
    worker.report(nextRun(), SUCCEED, "first");
    TestApp.eventually().until(() -> status(run) == 5);

    CompletableFuture<Json> retried;
    try (Connection other = TestDatabase.connect()) {
      other.setAutoCommit(false);
      int process =
          TestDatabase.process(
              other,
              "with held as (insert into powerjob_retry values (?, 0))"
                  + " select pg_backend_pid()",
              run);
      retried =
          ConcurrentCalls.start(() -> caller.accept("retryInstance", Map.of("instanceId", run)));
      TestApp.eventually().until(() -> TestDatabase.isWaitedFor(process));
      // A crash here leaves no retry without its number.
      assertThat(TestDatabase.read("select count(*) from instance where retry_of = ?", run))
          .isEqualTo("0");
      other.rollback();
      other.setAutoCommit(true);
    }

    retried.get(15, TimeUnit.SECONDS);
    assertThat(TestDatabase.read("select count(*) from instance where retry_of = ?", run))
        .isEqualTo("1");
  }

  @Test
  void countsFirstReadForAddressAndLaterReadsForApp() {
    long run = run();
    RecordedReads store = new RecordedReads();
    ReadWithoutSecret reads = new ReadWithoutSecret(apps, store, Ticker.SYSTEM);
    ClientParameters parameters = ClientParameters.ofField("instanceId", Long.toString(run));
    int address = LimiterKey.share("127.0.0.1");

    assertThat(reads.answer("fetchInstanceStatus", parameters, "127.0.0.1")).isEqualTo(1);
    assertThat(reads.answer("fetchInstanceStatus", parameters, "127.0.0.1")).isEqualTo(1);
    assertThatThrownBy(
            () ->
                reads.answer(
                    "fetchInstanceInfo", ClientParameters.ofField("instanceId", "1"), "127.0.0.1"))
        .hasMessageContaining("invalid instanceId: 1");

    assertThat(address).isNegative();
    assertThat(store.shares).containsExactly(address, worker.appId(), address);
  }

  @Test
  void refusesReadsWithoutNumberUnlessAllowedByApp() {
    long run = run();
    app.asOperator()
        .body("{\"readsWithoutNumber\":false}")
        .put(app.path("/powerjob"))
        .then()
        .statusCode(200);

    assertThat(given().formParam("instanceId", run).post("/openApi/fetchInstanceStatus").asString())
        .contains("\"success\":false", "invalid instanceId: " + run, "--reads-without-number");
    PowerJobCaller of5 = PowerJobCaller.of5(app);
    assertThat(of5.accept("fetchInstanceStatus", Map.of("instanceId", run)).getInt("data"))
        .isEqualTo(1);
  }

  private static final class RecordedReads extends ClientRunStore {
    private final List<Integer> shares = new ArrayList<>();

    RecordedReads() {
      super(
          Arc.container().instance(EngineDatabase.class).get(),
          Arc.container().instance(WireIdService.class).get());
    }

    @Override
    Optional<ClientRun> findInShare(int share, long number) {
      shares.add(share);
      return super.findInShare(share, number);
    }
  }

  @Test
  void refusesUnknownJobsAndInvalidParameters() {
    assertThat(caller.refuse("runJob", Map.of("jobId", 999_999)))
        .isEqualTo("IllegalArgumentException: can't find job by jobId: 999999");
    assertThat(caller.refuse("runJob", Map.of("jobId", job, "instanceParams", "x".repeat(70_000))))
        .isEqualTo("IllegalArgumentException: 'parameters' must be at most 64 KiB.");
    assertThat(caller.refuse("runJob", Map.of("jobId", job, "delay", Long.MAX_VALUE)))
        .contains("'runAt' must lie between the years 1970 and 9999");
    assertThat(caller.refuse("fetchInstanceInfo", Map.of("instanceId", 1)))
        .isEqualTo("IllegalArgumentException: invalid instanceId: 1");
  }

  @Test
  void refusesRunOfDeletedJob() {
    run();
    app.asOperator().delete(app.path("/jobs/noop")).then().statusCode(204);

    assertThat(caller.refuse("runJob", Map.of("jobId", job)))
        .startsWith("IllegalArgumentException: ");
  }

  @Test
  void returnsRunStateToVersion4ClientsWithoutAppId() {
    long run = run();
    String body =
        given().formParam("instanceId", run).post("/openApi/fetchInstanceStatus").asString();

    assertThat(body).isEqualTo("{\"success\":true,\"data\":1,\"message\":null}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.3.9", "5.1.1"})
  void returnsSameFieldsAsRecordedPowerJobServer(String version) throws Exception {
    PowerJobCaller client = version.startsWith("4") ? caller : PowerJobCaller.of5(app);
    assertShape(version, version.startsWith("4") ? "assert" : "authApp", authentication(version));
    Response run = client.call("runJob", Map.of("jobId", job, "delay", 0, "instanceParams", "ip"));
    assertShape(version, "runJob", run);
    Map<String, Long> ended = Map.of("instanceId", run.jsonPath().getLong("data"));
    worker.heartbeat();
    worker.report(nextRun(), SUCCEED, "done");
    TestApp.eventually().until(() -> status(ended.get("instanceId")) == 5);
    assertShape(version, "fetchInstanceStatus", client.call("fetchInstanceStatus", ended));
    assertShape(version, "fetchInstanceInfo", client.call("fetchInstanceInfo", ended));
    assertShape(
        version,
        "fetchInstanceInfo.refused",
        client.call("fetchInstanceInfo", Map.of("instanceId", 1)));
    assertShape(version, "stopInstance.refused", client.call("stopInstance", ended));
    assertShape(version, "retryInstance", client.call("retryInstance", ended));
    nextRun();
    assertShape(version, "stopInstance", client.call("stopInstance", ended));
    long later = run(Map.of("jobId", job, "delay", 600_000));
    assertShape(
        version, "cancelInstance", client.call("cancelInstance", Map.of("instanceId", later)));
  }

  private Response authentication(String version) {
    return version.startsWith("4")
        ? PowerJobCaller.assertApp(app.name(), PowerJobCaller.PASSWORD)
        : PowerJobCaller.authenticate(app.name(), PowerJobCaller.PASSWORD);
  }

  /** Compares an answer with the recorded one: names in their order, kinds, and refusals. */
  private static void assertShape(String version, String kind, Response answer) throws IOException {
    JsonNode recorded =
        MAPPER
            .readTree(RECORDED.resolve(version).resolve("openApi_" + kind + ".json").toFile())
            .get("response")
            .get("body");
    JsonNode actual = MAPPER.readTree(answer.asString());

    assertThat(names(actual)).as(kind).isEqualTo(names(recorded));
    assertThat(actual.get("success")).as(kind).isEqualTo(recorded.get("success"));
    assertThat(actual.get("message")).as(kind).isEqualTo(recorded.get("message"));
    assertThat(actual.get("data").getNodeType()).isEqualTo(recorded.get("data").getNodeType());
    assertThat(names(actual.get("data"))).as(kind).isEqualTo(names(recorded.get("data")));
    recorded
        .get("data")
        .properties()
        .forEach(
            field -> {
              JsonNode value = actual.get("data").get(field.getKey());
              if (!field.getValue().isNull() && !value.isNull()) {
                assertThat(value.getNodeType())
                    .as(field.getKey())
                    .isEqualTo(field.getValue().getNodeType());
              }
            });
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
