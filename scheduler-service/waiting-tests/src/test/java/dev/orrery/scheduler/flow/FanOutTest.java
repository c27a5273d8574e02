package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.scheduler.base.database.DedicatedConnectionFactory;
import dev.orrery.scheduler.model.job.ParentLane;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs with {@code fanOut}, as users and workers see them. */
@QuarkusTest
class FanOutTest {
  @Inject DedicatedConnectionFactory connections;

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @Test
  void passesIndexAndRunParametersToShardsAndSucceeds() {
    withFanOut("{\"type\":\"shards\",\"count\":3}", "");
    TestWorker worker = app.worker();
    String id = app.run("job", "{\"parameters\":{\"region\":\"eu\"}}");

    List<Assignment> shards = worker.takeAll(3);

    assertThat(shards)
        .extracting(Assignment::parameters)
        .containsExactlyInAnyOrder(
            Map.of("region", "eu", "shardIndex", "0", "shardCount", "3"),
            Map.of("region", "eu", "shardIndex", "1", "shardCount", "3"),
            Map.of("region", "eu", "shardIndex", "2", "shardCount", "3"));
    assertThat(app.state(id)).isEqualTo("RUNNING");
    shards.forEach(worker::succeed);
    app.awaitState(id, "SUCCEEDED");
    requireCounts(id, 3, 3, 0, 3, 0);
  }

  @Test
  void cancelsOtherShardsAndFailsWhenOneFails() {
    withFanOut("{\"type\":\"shards\",\"count\":3}", "");
    TestWorker worker = app.worker();
    String id = app.run("job");
    List<Assignment> taken = worker.takeAll(2);

    worker.fail(taken.get(0), "broken");
    worker.obeyCancelOf(taken.get(1));

    Json parent = app.awaitState(id, "FAILED");
    assertThat(parent.getString("endReason")).isEqualTo("PARTS_FAILED");
    assertThat(parent.getString("error"))
        .isEqualTo("3 of 3 parts did not succeed; the job tolerates 0");
    assertThat(parts(id, "failed").getStrings("items.state"))
        .containsExactlyInAnyOrder("FAILED", "CANCELED", "CANCELED");
    assertThat(parts(id, "failed").getStrings("items.error")).contains("broken");
  }

  @Test
  void succeedsDespiteToleratedFailedShards() {
    withFanOut("{\"type\":\"shards\",\"count\":2,\"tolerate\":\"50%\"}", "");
    TestWorker worker = app.worker();
    String id = app.run("job");
    List<Assignment> taken = worker.takeAll(2);

    worker.fail(taken.get(0), "broken");
    worker.succeed(taken.get(1));

    app.awaitState(id, "SUCCEEDED");
    requireCounts(id, 2, 2, 0, 1, 1);
  }

  @Test
  void failsWhenShardTimesOut() {
    withFanOut("{\"type\":\"shards\",\"count\":1}", ",\"timeout\":\"PT1S\"");
    TestWorker worker = app.worker();
    String id = app.run("job");
    Assignment shard = worker.take();
    assertThat(shard.timeoutMillis()).isBetween(1L, 1_000L);

    // The scheduler ends no attempt itself while it has just started.
    worker.report(shard, Outcome.TIMED_OUT);

    app.awaitState(id, "FAILED");

    assertThat(parts(id, "failed").getStrings("items.state")).containsExactly("TIMED_OUT");
  }

  @Test
  void broadcastsToEachMatchingWorkerOnce() {
    withFanOut("{\"type\":\"broadcast\"}", "");
    List<TestWorker> workers =
        List.of(
            app.workerLike().named("a").join(),
            app.workerLike().named("b").join(),
            app.workerLike().named("c").join());
    TestWorker other = app.workerLike().named("d").running("shell").join();

    String id = app.run("job");
    Set<String> indexes = new HashSet<>();
    for (TestWorker worker : workers) {
      Assignment part = takePinned(worker);
      indexes.add(part.parameters().get("shardIndex"));
      worker.succeed(part);
      assertThat(worker.poll(1).attempts()).isEmpty();
    }

    app.awaitState(id, "SUCCEEDED");
    assertThat(indexes).containsExactlyInAnyOrder("0", "1", "2");
    assertThat(parts(id, "all").getStrings("items.worker"))
        .containsExactlyInAnyOrder("a", "b", "c");
    assertThat(other.poll(1).attempts()).isEmpty();
  }

  @Test
  void failsBroadcastWhenWorkerLeaves() {
    withFanOut("{\"type\":\"broadcast\"}", "");
    TestWorker first = app.worker();
    TestWorker second = app.worker();
    String id = app.run("job");
    Assignment part = takePinned(first);
    second.succeed(takePinned(second));

    first.bye(part.ref());

    app.awaitState(id, "FAILED");
    assertThat(parts(id, "failed").getStrings("items.endReason")).containsExactly("WORKER_LOST");
    assertThat(second.poll(1).attempts()).isEmpty();
  }

  @Test
  void deliversPinnedPartToFullWorker() {
    app.withJob("plain");
    withFanOut("{\"type\":\"broadcast\"}", "");
    TestWorker worker = app.workerLike().withCapacity(1).join();
    app.run("plain");
    Assignment plain = worker.take();

    String id = app.run("job");
    app.awaitState(id, "RUNNING");
    Assignment part = worker.pollForWork(0, plain.ref()).attempts().get(0);

    assertThat(app.instance(Long.toString(part.instance())).getString("parent")).isEqualTo(id);
  }

  /** A worker holds at most twice as many attempts as it runs at once. */
  @Test
  void deliversMorePinnedPartsThanWorkerMayHoldAtOnce() {
    withFanOut("{\"type\":\"broadcast\"}", "");
    TestWorker worker = app.workerLike().withCapacity(1).join();
    List<String> ids = app.runTimes("job", 5);
    ids.forEach(id -> app.awaitState(id, "RUNNING"));

    int ended = 0;
    while (ended < ids.size()) {
      List<Assignment> taken = worker.pollForWork(1).attempts();
      assertThat(taken).as("after " + ended + " parts").isNotEmpty();
      taken.forEach(worker::succeed);
      ended += taken.size();
    }

    ids.forEach(id -> app.awaitState(id, "SUCCEEDED"));
  }

  @Test
  void startsBroadcastWhenFirstWorkerJoins() {
    withFanOut("{\"type\":\"broadcast\"}", "");
    String id = app.run("job");
    app.awaitWaitingFor(id, "NO_WORKER");

    TestWorker worker = app.worker();
    worker.succeed(takePinned(worker));

    app.awaitState(id, "SUCCEEDED");
  }

  @Test
  void holdsParentAtParentLimitOfApp() {
    withFanOut("{\"type\":\"shards\",\"count\":1}", "");
    List<String> ids = app.runTimes("job", ParentLane.MAX_AWAITING);
    TestWorker worker = app.worker();
    TestApp.eventually()
        .until(() -> app.instance(ids.get(ids.size() - 1)).getString("state"), "RUNNING"::equals);

    String held = app.run("job");

    app.awaitWaitingFor(held, "PARENT_LIMIT");
    Json counts = Json.of(app.asViewer().get(app.path("/waiting")), 200);
    assertThat(counts.getMaps("items"))
        .filteredOn(row -> row.get("waitingFor").equals("PARENT_LIMIT"))
        .extracting(row -> row.get("count"))
        .containsExactly(1);
    worker.succeed(worker.take());
    app.awaitState(held, "RUNNING");
  }

  @Test
  void cancelsWaitingAndRunningShards() {
    withFanOut("{\"type\":\"shards\",\"count\":3}", "");
    TestWorker worker = app.worker();
    String id = app.run("job");
    Assignment running = worker.take();

    app.cancel(id);
    worker.obeyCancelOf(running);

    Json parent = app.awaitState(id, "CANCELED");
    assertThat(parent.getString("endReason")).isEqualTo("CANCELED");
    requireCounts(id, 3, 3, 0, 0, 3);
    assertThat(worker.poll(1).attempts()).isEmpty();
  }

  @Test
  void cancelsParentBeforeItStarts() {
    withFanOut("{\"type\":\"shards\",\"count\":3}", "");
    String id = app.run("job", "{\"runAt\":\"2127-01-01T00:00:00Z\"}");

    app.cancel(id);

    assertThat(app.awaitState(id, "CANCELED").getMap("parts")).isNull();
  }

  @Test
  void makesNoShardsUntilPausedJobIsResumed() {
    withFanOut("{\"type\":\"shards\",\"count\":2,\"parallelism\":1}", "");
    TestWorker worker = app.worker();
    String id = app.run("job");
    Assignment first = worker.take();
    app.asOperator().post(app.path("/jobs/job/pause")).then().statusCode(200);

    worker.succeed(first);
    TestApp.eventually().until(() -> counts(id).get("succeeded"), Integer.valueOf(1)::equals);
    assertThat(worker.poll(1).attempts()).isEmpty();
    app.asOperator().post(app.path("/jobs/job/resume")).then().statusCode(200);

    worker.succeed(worker.take());
    app.awaitState(id, "SUCCEEDED");
  }

  @Test
  void countsParentOnceAgainstLimitOfItsJob() {
    withFanOut("{\"type\":\"shards\",\"count\":2}", ",\"concurrency\":1");
    TestWorker worker = app.worker();
    String first = app.run("job");
    String second = app.run("job");

    List<Assignment> shards = worker.takeAll(2);
    app.awaitWaitingFor(second, "CONCURRENCY");
    shards.forEach(worker::succeed);
    app.awaitState(first, "SUCCEEDED");

    worker.takeAll(2).forEach(worker::succeed);
    app.awaitState(second, "SUCCEEDED");
  }

  @Test
  void acceptsRepeatedReportOfEndedShard() {
    withFanOut("{\"type\":\"shards\",\"count\":1}", "");
    TestWorker worker = app.worker();
    app.run("job");
    Assignment shard = worker.take();
    worker.succeed(shard);

    assertThat(worker.report(shard, Outcome.SUCCEEDED)).isEqualTo(Verdict.ALREADY_ACCEPTED);
  }

  @Test
  void listsPartsOnlyUnderTheirParent() {
    withFanOut("{\"type\":\"shards\",\"count\":3}", "");
    TestWorker worker = app.worker();
    String id = app.run("job");
    Assignment ended = worker.take();
    worker.succeed(ended);
    TestApp.eventually().until(() -> counts(id).get("succeeded"), Integer.valueOf(1)::equals);

    assertThat(app.instancesOf("job")).extracting(row -> row.get("id")).containsExactly(id);
    assertThat(parts(id, "all").getStrings("items.id")).hasSize(3);
    assertThat(parts(id, "active").getStrings("items.state")).containsOnly("WAITING").hasSize(2);
    assertThat(parts(id, "failed").getStrings("items.id")).isEmpty();
    Json part = app.instance(Long.toString(ended.instance()));
    assertThat(part.getString("parent")).isEqualTo(id);
    assertThat(part.getString("state")).isEqualTo("SUCCEEDED");
  }

  @Test
  void countsPartsOfRunningAndEndedInstancesInList() {
    withFanOut("{\"type\":\"shards\",\"count\":2}", "");
    TestWorker worker = app.worker();
    String first = app.run("job");
    worker.takeAll(2).forEach(worker::succeed);
    app.awaitState(first, "SUCCEEDED");
    app.run("job");
    worker.succeed(worker.takeAll(2).get(0));

    assertThat(app.instancesOf("job"))
        .extracting(row -> row.get("parts"))
        .containsExactly(
            Map.of("total", 2, "made", 2, "active", 1, "succeeded", 1, "failed", 0),
            Map.of("total", 2, "made", 2, "active", 0, "succeeded", 2, "failed", 0));
  }

  @Test
  void countsPartsOfFirst100RunningInstancesInList() {
    withFanOut("{\"type\":\"shards\",\"count\":1}", "");
    app.runTimes("job", 101);

    List<Map<String, Object>> rows =
        TestApp.eventually()
            .until(
                () -> app.instancesOf("job"),
                all -> all.stream().allMatch(row -> "RUNNING".equals(row.get("state"))));

    assertThat(rows.subList(0, 100)).allMatch(row -> row.get("parts") != null);
    assertThat(rows.get(100).get("parts")).isNull();
  }

  @Test
  void pagesParts() {
    withFanOut("{\"type\":\"shards\",\"count\":3}", "");
    String id = app.run("job");
    TestApp.eventually().until(() -> parts(id, "all").getStrings("items.id").size() == 3);

    Json first = page(id, "?limit=2");
    Json second = page(id, "?limit=2&after=" + first.getString("next"));

    assertThat(first.getStrings("items.id")).hasSize(2);
    assertThat(second.getStrings("items.id")).hasSize(1);
    assertThat(second.getString("next")).isNull();
  }

  @Test
  void continuesWhenJobIsDeleted() {
    withFanOut("{\"type\":\"shards\",\"count\":3,\"parallelism\":1}", "");
    TestWorker worker = app.worker();
    String id = app.run("job");
    Assignment first = worker.take();

    app.asOperator().delete(app.path("/jobs/job")).then().statusCode(204);
    worker.succeed(first);

    worker.succeed(worker.take());
    worker.succeed(worker.take());
    app.awaitState(id, "SUCCEEDED");
  }

  @Test
  void keepsJobVersionWhenEditRemovesFanOut() {
    withFanOut(
        "{\"type\":\"shards\",\"count\":2,\"parallelism\":1}",
        ",\"retry\":{\"maxAttempts\":2,\"backoff\":\"PT0S\"}");
    TestWorker worker = app.worker();
    String id = app.run("job");
    Assignment first = worker.take();

    app.withJob("job");
    worker.fail(first, "broken");
    Assignment again = worker.take();
    worker.succeed(again);
    Assignment second = worker.take();
    worker.succeed(second);

    app.awaitState(id, "SUCCEEDED");
    assertThat(List.of(again, second))
        .extracting(part -> part.parameters().get("shardIndex"))
        .containsExactly("0", "1");
  }

  @Test
  void refusesRetryAndCancelOfEndedShard() {
    withFanOut("{\"type\":\"shards\",\"count\":1}", "");
    TestWorker worker = app.worker();
    String id = app.run("job");
    Assignment shard = worker.take();
    worker.succeed(shard);
    app.awaitState(id, "SUCCEEDED");
    String part = Long.toString(shard.instance());

    Refused.with(ErrorCode.ALREADY_TERMINAL, app.tryCancel(part));
    Refused.with(ErrorCode.INVALID, app.tryRetry(part)).saying("retry its parent " + id);
  }

  @Test
  void refusesFanOutWhileOlderReplicaIsConnected() throws SQLException {
    String shards =
        "{\"processor\":{\"type\":\"noop\"},\"fanOut\":{\"type\":\"shards\",\"count\":2}}";
    try (Connection earlierRelease = connections.open("orrery-hints")) {
      assertThat(earlierRelease.isValid(1)).isTrue();

      Refused.with(ErrorCode.INVALID, app.putJob("job", shards))
          .at("fanOut")
          .saying("replicas of an earlier release (1)", "Upgrade or stop them");
      assertThat(app.getJob("job").statusCode()).isEqualTo(404);
      assertThat(app.putJob("plain", "{\"processor\":{\"type\":\"noop\"}}").statusCode())
          .isEqualTo(201);
    }

    TestApp.eventually()
        .until(() -> app.putJob("job", shards).statusCode(), status -> status == 201);
  }

  /** The hint of a pinned part only makes the worker poll again. */
  private static Assignment takePinned(TestWorker worker) {
    return TestApp.eventually()
        .until(() -> worker.poll(1).attempts(), attempts -> !attempts.isEmpty())
        .get(0);
  }

  private void withFanOut(String fanOut, String more) {
    app.withJob("job", "{\"processor\":{\"type\":\"noop\"},\"fanOut\":" + fanOut + more + "}");
  }

  private void requireCounts(
      String id, int total, int made, int active, int succeeded, int failed) {
    assertThat(counts(id))
        .containsOnly(
            Map.entry("total", total),
            Map.entry("made", made),
            Map.entry("active", active),
            Map.entry("succeeded", succeeded),
            Map.entry("failed", failed));
  }

  private Map<String, Object> counts(String id) {
    return app.instance(id).getMap("parts");
  }

  private Json parts(String id, String only) {
    return page(id, "?only=" + only);
  }

  private Json page(String id, String query) {
    return Json.of(app.asViewer().get(TestApp.instancePath(id, "/parts" + query)), 200);
  }
}
