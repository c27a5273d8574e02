package dev.orrery.scheduler.powerjob;

import static dev.orrery.scheduler.testkit.TestApp.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.Protocol;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.arc.Arc;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs that a worker spreads over all workers of its app. */
@QuarkusTest
@TestProfile(PowerJobOpen.class)
@Tag("thorough")
class PowerJobHeavyRunTest {
  private static final int SUCCEED = 5;

  private TestApp app;
  private int appId;
  private PowerJobPeer one;
  private PowerJobPeer two;

  @BeforeEach
  void openApp() throws IOException {
    app = TestApp.create();
    appId = PowerJobOpen.open(app);
    one = new PowerJobPeer(appId);
    two = new PowerJobPeer(appId);
  }

  @AfterAll
  static void endSessions() {
    PowerJobSessions.end();
  }

  @AfterEach
  void closeWorkers() {
    workers().forEach(PowerJobPeer::close);
  }

  private Stream<PowerJobPeer> workers() {
    return Stream.of(one, two);
  }

  private void withJob(String executeType, String options) {
    app.withJob(
        "heavy",
        """
        {"processor":{"type":"powerjob","processorInfo":"org.example.Cast","executeType":"%s",
          "options":%s}}
        """
            .formatted(executeType, options));
  }

  /** Both workers have a session for light and one for heavy runs, and know each other. */
  private void join() {
    eventually()
        .until(
            () -> {
              workers().forEach(PowerJobPeer::heartbeat);
              return PowerJobSessions.workers(appId).size() == 4 && known().size() == 2;
            });
  }

  private List<String> known() {
    return Arc.container()
        .instance(WorkerDirectory.class)
        .get()
        .addresses(appId, Protocol.HTTP, List.of());
  }

  private record Sent(PowerJobPeer worker, PowerJobPeer other, JsonNode run) {
    long wireId() {
      return run.get("instanceId").asLong();
    }
  }

  private Sent nextRun() {
    eventually().until(() -> workers().anyMatch(worker -> !worker.runs().isEmpty()));
    return one.runs().isEmpty()
        ? new Sent(two, one, two.runs().remove())
        : new Sent(one, two, one.runs().remove());
  }

  @Test
  void namesReceiverFirstAmongBroadcastWorkers() {
    withJob("BROADCAST", "{}");
    join();
    String id = app.run("heavy");

    Sent sent = nextRun();

    assertThat(sent.run().get("executeType").asText()).isEqualTo("BROADCAST");
    assertThat(sent.run().get("allWorkerAddress"))
        .extracting(JsonNode::asText)
        .containsExactly(sent.worker().address(), sent.other().address());
    sent.worker().report(sent.wireId(), SUCCEED, "all done");
    assertThat(app.awaitState(id, "SUCCEEDED").getString("result")).isEqualTo("all done");
  }

  @Test
  void excludesWorkersOfAnotherProtocolAndLogsThem() {
    withJob("BROADCAST", "{}");
    join();
    TestDatabase.read(
        "with changed as (update powerjob_worker set protocol = 'akka' where app_id = ?::integer"
            + " returning 1) select count(*)::text from changed",
        Integer.toString(appId));
    eventually().until(() -> known().isEmpty());
    String id = app.run("heavy");

    Sent sent = nextRun();

    assertThat(sent.run().get("allWorkerAddress"))
        .extracting(JsonNode::asText)
        .containsExactly(sent.worker().address());
    eventually()
        .untilAsserted(
            () ->
                assertThat(app.logTexts(id))
                    .first()
                    .asString()
                    .contains("do not share this run: 1"));
    sent.worker().report(sent.wireId(), SUCCEED, "alone");
    app.awaitState(id, "SUCCEEDED");
  }

  @Test
  void limitsWorkersToMaximumOfJob() {
    withJob("MAP", "{\"maxWorkerCount\":\"1\"}");
    join();
    app.run("heavy");

    Sent sent = nextRun();

    assertThat(sent.run().get("allWorkerAddress"))
        .extracting(JsonNode::asText)
        .containsExactly(sent.worker().address());
    assertThat(sent.run().get("maxWorkerCount").asInt()).isEqualTo(1);
  }

  @Test
  void showsProgressAndLinesOfAllWorkers() throws IOException {
    withJob("MAP_REDUCE", "{}");
    join();
    String id = app.run("heavy");
    Sent sent = nextRun();
    sent.worker().reportTasks(sent.wireId(), 100, 38, 2);

    eventually()
        .untilAsserted(
            () ->
                app.asViewer()
                    .get(TestApp.instancePath(id, ""))
                    .then()
                    .body("progress.percent", equalTo(40))
                    .body("progress.message", equalTo("tasks 40 of 100, 2 failed")));

    try (PowerJobPeer stranger = new PowerJobPeer(appId)) {
      stranger.log(sent.wireId(), "forged");
    }
    sent.worker().log(sent.wireId(), "of the tracker");
    sent.other().log(sent.wireId(), "of the helper");
    sent.worker().report(sent.wireId(), SUCCEED, "reduced");
    eventually()
        .untilAsserted(
            () ->
                assertThat(app.logTexts(id))
                    .containsExactlyInAnyOrder("of the tracker", "of the helper"));
  }

  @Test
  void acceptsEndOnlyFromReceiver() {
    withJob("MAP", "{}");
    join();
    String id = app.run("heavy");
    Sent sent = nextRun();

    sent.other().report(sent.wireId(), SUCCEED, "forged");
    sent.worker().report(sent.wireId(), SUCCEED, "mapped");

    assertThat(app.awaitState(id, "SUCCEEDED").getString("result")).isEqualTo("mapped");
  }

  @Test
  void startsNewAttemptOfHeavyRunLostByRestartedWorker() {
    withJob("MAP", "{}");
    join();
    String light = startLightRun();
    String id = app.run("heavy");
    Sent sent = nextRun();
    sent.worker().reportTasks(sent.wireId(), 1, 0, 0);

    sent.worker().forget(sent.wireId());
    eventually()
        .until(
            () -> {
              workers().forEach(PowerJobPeer::heartbeat);
              return workers().anyMatch(worker -> !worker.runs().isEmpty());
            });
    Sent again = nextRun();
    again.worker().report(again.wireId(), SUCCEED, "again");

    Json ended = app.awaitState(id, "SUCCEEDED");
    assertThat(ended.getInt("attempt")).isEqualTo(2);
    assertThat(app.state(light)).isEqualTo("RUNNING");
  }

  /** Returns a run of the other kind, which goes on. */
  private String startLightRun() {
    app.withJob(
        "light", "{\"processor\":{\"type\":\"powerjob\",\"processorInfo\":\"org.example.A\"}}");
    String id = app.run("light");
    Sent sent = nextRun();
    sent.worker().reportTasks(sent.wireId(), 1, 0, 0);
    return id;
  }

  @Test
  void sendsRunsOnlyToWorkersWithJobTag() {
    one.tag("gpu");
    two.tag("ssd");
    withJob("BROADCAST", "{}");
    join();
    app.withJob(
        "designated",
        """
        {"processor":{"type":"powerjob","processorInfo":"org.example.Cast",
          "executeType":"BROADCAST","options":{"designatedWorkers":"gpu,tpu"}}}
        """);
    String id = app.run("designated");
    // The worker gets a session for the jobs that it matches now.
    eventually()
        .until(
            () -> {
              workers().forEach(PowerJobPeer::heartbeat);
              return !one.runs().isEmpty() || !two.runs().isEmpty();
            });

    Sent sent = nextRun();

    assertThat(sent.worker()).isSameAs(one);
    assertThat(sent.run().get("allWorkerAddress"))
        .extracting(JsonNode::asText)
        .containsExactly(one.address());
    one.report(sent.wireId(), SUCCEED, "on gpu");
    app.awaitState(id, "SUCCEEDED");
  }

  @Test
  void showsSelectorThatNoWorkerMatches() {
    withJob("STANDALONE", "{\"designatedWorkers\":\"10.0.0.9:27777\"}");
    one.heartbeat();
    String id = app.run("heavy");

    app.awaitWaitingFor(id, "NO_MATCHING_WORKER");

    assertThat(app.instance(id).getList("requiredTags"))
        .containsExactly("powerjob:workers=10.0.0.9:27777");
  }

  @Test
  void endsFormerSessionAfterItsLastRun() {
    one.tag("gpu");
    withJob("STANDALONE", "{}");
    one.heartbeat();
    String first = app.run("heavy");
    Sent before = nextRun();
    one.reportTasks(before.wireId(), 1, 0, 0);
    app.withJob(
        "designated",
        """
        {"processor":{"type":"powerjob","processorInfo":"org.example.A",
          "options":{"dispatchStrategy":"SPECIFY","dispatchStrategyConfig":"tagIn:gp"}}}
        """);

    String second = app.run("designated");
    eventually()
        .until(
            () -> {
              one.heartbeat();
              return !one.runs().isEmpty();
            });
    one.report(nextRun().wireId(), SUCCEED, "specified");
    app.awaitState(second, "SUCCEEDED");
    assertThat(PowerJobSessions.workers(appId)).hasSize(2);

    one.report(before.wireId(), SUCCEED, "former");
    assertThat(app.awaitState(first, "SUCCEEDED").getInt("attempt")).isEqualTo(1);
    eventually().until(() -> PowerJobSessions.workers(appId).size() == 1);
  }

  @Test
  void listsWorkersOnlyToWorkersOfApp() throws IOException {
    withJob("MAP", "{}");
    join();

    assertThat(cluster(appId))
        .containsExactlyElementsOf(workers().map(PowerJobPeer::address).sorted().toList());
    assertThat(cluster(appId + 1)).isEmpty();
  }

  private static List<String> cluster(int app) throws IOException {
    String answer =
        PowerJobPeer.post("queryJobCluster", "{\"appId\":%d,\"jobId\":1}".formatted(app));
    ObjectMapper json = new ObjectMapper();
    JsonNode body = json.readTree(answer.substring("200 ".length()));
    assertThat(body.get("success").asBoolean()).isTrue();
    byte[] data = Base64.getUrlDecoder().decode(body.get("data").asText());
    return List.of(json.readValue(data, String[].class));
  }
}
