package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.scheduler.model.app.AppService;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.ConcurrentCalls;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls and runs while a foreign transaction locks a whole table, as a careless migration does. */
@QuarkusTest
@Tag("thorough")
class LockedTablesTest {
  private static final Duration AT_MOST = Duration.ofSeconds(5);
  private static final Duration ANSWERED_UNDER_LOAD = Duration.ofSeconds(6);
  private static final String WORKERS = Api.V1 + "/workers";
  private static final SqlWork<String> LOCK_TIMEOUT =
      connection ->
          SqlStatement.of(connection, "show lock_timeout")
              .first(row -> row.getString(1))
              .orElseThrow();

  private static final String KEY = "Idempotency-Key";

  @Inject DatabaseReachability reachability;
  @Inject EngineDatabase database;
  @Inject AppService apps;

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  @Test
  void answersCallsAndEndsRunsOnceDuringQueueLock() throws SQLException {
    assertCallsAreAnsweredBeside("instance");
  }

  @Tag("thorough")
  @ParameterizedTest
  @ValueSource(strings = {"instance_history", "worker_session", "job_concurrency"})
  void answersCallsDuringTableLock(String table) throws SQLException {
    assertCallsAreAnsweredBeside(table);
  }

  private void assertCallsAreAnsweredBeside(String table) throws SQLException {
    TestWorker worker = app.worker();
    String first = app.run("job");
    Assignment held = worker.take();

    try (Connection foreign = locking(table)) {
      Map<String, CompletableFuture<Integer>> calls = new LinkedHashMap<>();
      calls.put("submit", call(this::submit));
      calls.put("list", call(() -> app.asViewer().get(app.path("/instances"))));
      calls.put("get", call(() -> app.asViewer().get(TestApp.instancePath(first, ""))));
      calls.put("report", report(worker, held));
      calls.put(
          "renew",
          worker
              .wire()
              .post(
                  WorkerOperation.RENEW.path(),
                  TestClient.write(new RenewRequest(worker.session(), List.of(held.ref()), false)))
              .thenApply(HttpResponse::statusCode));
      calls.forEach(
          (name, answer) ->
              assertThat(answer)
                  .as(name)
                  .succeedsWithin(AT_MOST)
                  .satisfies(status -> assertThat(status).isIn(200, 202, 409, 429, 503)));
      assertThat(reachability.isReachable()).isTrue();
      foreign.rollback();
    }

    String second =
        TestApp.eventually().until(this::submit, LockedTablesTest::isAccepted).path("id");
    TestApp.eventually().until(() -> report(worker, held).join() == 200);
    worker.succeed(worker.take());
    app.awaitState(first, "SUCCEEDED");
    app.awaitState(second, "SUCCEEDED");
    assertThat(app.instancesOf("job")).hasSize(2);
  }

  /** The first of them waits for 2 s, and the parts of the groups behind it briefly. */
  @Tag("thorough")
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answersSubmissionFloodPromptlyDuringQueueLock(boolean sameKey) throws Exception {
    assertFloodIsAnsweredSoon("instance", sameKey);
  }

  /** Calls that look for the same app wait together, and not each on a thread of the engine. */
  @Tag("thorough")
  @Test
  void answersSubmissionFloodPromptlyDuringAppTableLock() throws Exception {
    app.run("job");
    apps.forget();

    assertFloodIsAnsweredSoon("app", false);
  }

  private void assertFloodIsAnsweredSoon(String table, boolean sameKey) throws Exception {
    try (Connection foreign = locking(table)) {
      List<CompletableFuture<Duration>> calls = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        String key = sameKey ? "once" : "key-" + i;
        calls.add(ConcurrentCalls.startIn(Duration.ofMillis(50L * i), () -> timeOfRefusal(key)));
      }
      assertThat(calls)
          .allSatisfy(
              call -> assertThat(call.get(30, TimeUnit.SECONDS)).isLessThan(ANSWERED_UNDER_LOAD));
      foreign.rollback();
    }
  }

  @Test
  void usesShortLockTimeoutForGroupParts() {
    assertThat(LockWait.brief(() -> database.autocommit(LOCK_TIMEOUT))).isEqualTo("200ms");
    assertThat(LockWait.brief(() -> database.transaction(LOCK_TIMEOUT))).isEqualTo("200ms");
    assertThat(database.transaction(LOCK_TIMEOUT)).isEqualTo("2s");
  }

  private Duration timeOfRefusal(String key) {
    long begun = System.nanoTime();
    submit(key).then().statusCode(503);
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** All connections of reads but one are the most that an app takes. */
  @Test
  void isolatesSlowReadsPerApp() throws SQLException {
    TestApp other = TestApp.create();
    other.asViewer().get(WORKERS).then().statusCode(200);

    try (Connection foreign = locking("instance_history")) {
      List<CompletableFuture<Integer>> slow = new ArrayList<>();
      for (int i = 0; i < FairConnectionLimiter.MAX_WAITING + 8; i++) {
        slow.add(call(() -> app.asViewer().get(app.path("/instances"))));
      }
      assertThat(call(() -> other.asViewer().get(WORKERS))).succeedsWithin(AT_MOST).isEqualTo(200);
      assertThat(reachability.isReachable()).isTrue();
      foreign.rollback();
      assertThat(slow.stream().map(LockedTablesTest::answered)).isSubsetOf(200, 429, 503);
    }
    app.asViewer().get(app.path("/instances")).then().statusCode(200);
  }

  /** Edits of an app wait for its row, each with a connection. */
  @Test
  void isolatesBlockedEditsPerApp() throws SQLException {
    TestApp other = TestApp.create();

    try (Connection foreign =
        holding("select from app where name = '" + app.name() + "' for update")) {
      List<CompletableFuture<Integer>> slow = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        slow.add(call(() -> edit(app)));
      }
      for (int i = 0; i < 5; i++) {
        assertThat(call(() -> edit(other))).succeedsWithin(AT_MOST).isIn(200, 201);
      }
      foreign.rollback();
      assertThat(slow.stream().map(LockedTablesTest::answered)).isSubsetOf(200, 201, 429, 503);
    }
    edit(app).then().statusCode(200);
  }

  /** Cancels use connections of the engine, and wait for the instance. */
  @Test
  void isolatesEngineFromBlockedCommandsOfApp() throws SQLException {
    String instance = app.run("job");
    TestApp other = TestApp.create().withJob("job");
    AtomicInteger most = new AtomicInteger();

    try (Connection foreign =
            holding("select from instance where id = " + instance + " for update");
        Connection watcher = TestServer.connect()) {
      List<CompletableFuture<Integer>> slow = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        slow.add(call(() -> app.asOperator().post(TestApp.instancePath(instance, "/cancel"))));
      }
      CompletableFuture<Integer> theirs =
          call(() -> other.asOperator().body("{}").post(other.path("/jobs/job/instances")));
      // Calls wait 2 s for a lock, and 5 s for a place: the last ones get 429 after some 7 s.
      TestApp.eventually()
          .atMost(AT_MOST.multipliedBy(3))
          .until(
              () -> {
                most.accumulateAndGet(waitingForLocks(watcher), Math::max);
                return theirs.isDone() && slow.stream().allMatch(CompletableFuture::isDone);
              });

      assertThat(most).as("connections that wait for the instance").hasValue(2);
      assertThat(theirs).isCompletedWithValue(202);
      assertThat(reachability.isReachable()).isTrue();
      foreign.rollback();
      assertThat(slow.stream().map(LockedTablesTest::answered)).isSubsetOf(200, 202, 409, 429, 503);
    }
  }

  private static int waitingForLocks(Connection watcher) throws SQLException {
    try (Statement statement = watcher.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select count(*) from pg_stat_activity"
                    + " where wait_event_type = 'Lock' and query like '%instance%'")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static Response edit(TestApp app) {
    return app.asOperator()
        .body("{\"processor\":{\"type\":\"noop\"}}")
        .put(app.path("/jobs/edited"));
  }

  private static Connection locking(String table) throws SQLException {
    return holding("lock table " + table + " in access exclusive mode");
  }

  /** Holds the locks of a statement until its transaction ends. */
  private static Connection holding(String locks) throws SQLException {
    Connection connection = TestServer.connect();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(locks);
    }
    return connection;
  }

  private static int answered(CompletableFuture<Integer> call) {
    return call.orTimeout(AT_MOST.multipliedBy(3).toSeconds(), TimeUnit.SECONDS).join();
  }

  private Response submit() {
    return submit("once");
  }

  private Response submit(String key) {
    return app.asOperator().header(KEY, key).body("{}").post(app.path("/jobs/job/instances"));
  }

  private static boolean isAccepted(Response response) {
    return response.statusCode() == 202;
  }

  private static CompletableFuture<Integer> call(Supplier<Response> call) {
    return ConcurrentCalls.start(() -> call.get().statusCode());
  }

  private static CompletableFuture<Integer> report(TestWorker worker, Assignment held) {
    String body =
        TestClient.write(new ReportRequest(worker.session(), List.of(TestWorker.success(held))));
    return worker
        .wire()
        .post(WorkerOperation.REPORT.path(), body)
        .thenApply(HttpResponse::statusCode);
  }
}
