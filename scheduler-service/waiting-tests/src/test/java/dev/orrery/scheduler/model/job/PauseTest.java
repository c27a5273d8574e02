package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.LostHints;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pauses of jobs and apps by an operator. */
@QuarkusTest
class PauseTest {
  private static final String NOOP = "{\"processor\":{\"type\":\"noop\"}}";

  private static LostHints before;

  private TestApp app;
  private TestWorker worker;

  @BeforeAll
  static void countInstancesUnblockedLate() {
    before = LostHints.untilNow();
  }

  @AfterAll
  static void noHintWasLost() {
    before.assertNoMore();
  }

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job", NOOP);
    worker = app.worker();
  }

  @AfterEach
  void stopFiring() {
    app.asOperator().delete(app.path("/jobs/job"));
  }

  @Test
  void blocksWaitingRunsOfPausedJobAndFinishesRunningRun() {
    String running = app.run("job");
    Assignment taken = worker.take();
    List<String> waiting = app.runTimes("job", 30);

    post("/jobs/job/pause");

    waiting.forEach(id -> app.awaitWaitingFor(id, "PAUSED"));
    assertThat(worker.poll(20, taken.ref()).attempts()).isEmpty();
    worker.succeed(taken);
    app.awaitState(running, "SUCCEEDED");
    post("/jobs/job/resume");
    assertThat(worker.takeAll(30)).hasSize(30);
  }

  @Test
  void pausesAllJobsOfAppAndKeepsJobPauseAfterAppResume() {
    app.withJob("other", NOOP);
    post("/jobs/other/pause");
    assertThat(post("/pause").as(Json.class).getBoolean("paused")).isTrue();
    String id = app.run("job");
    String other = app.run("other");
    app.awaitWaitingFor(id, "APP_PAUSED");
    app.awaitWaitingFor(other, "APP_PAUSED");

    assertThat(post("/resume").as(Json.class).getBoolean("paused")).isFalse();

    worker.succeed(worker.take());
    app.awaitState(id, "SUCCEEDED");
    app.awaitWaitingFor(other, "PAUSED");
  }

  @Test
  void showsPauseNoteWithAuthorUntilResume() {
    String token = operatorTokenId();
    Json job = pause("/jobs/job/pause", "{\"note\":\"disk is full\"}");
    Json wholeApp = pause("/pause", "{\"note\":\"move of the database\"}");

    assertThat(job.getString("status.pause.note")).isEqualTo("disk is full");
    assertThat(job.getMap("status.pause.by")).isEqualTo(Map.of("role", "operator", "token", token));
    assertThat(Instant.parse(job.getString("status.pause.at")))
        .isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    assertThat(app.getJob("job").as(Json.class).getMap("status.pause"))
        .isEqualTo(job.getMap("status.pause"));
    assertThat(wholeApp.getString("pause.note")).isEqualTo("move of the database");
    assertThat(wholeApp.getMap("pause.by")).isEqualTo(Map.of("role", "operator", "token", token));
    assertThat(app.asViewer().get(app.path("")).as(Json.class).getMap("pause"))
        .isEqualTo(wholeApp.getMap("pause"));

    assertThat(post("/jobs/job/resume").as(Json.class).getMap("status")).doesNotContainKey("pause");
    assertThat(post("/resume").as(Json.class).getMap("")).doesNotContainKey("pause");
    assertThat(pause("/jobs/job/pause", "{}").getMap("status.pause")).doesNotContainKey("note");
  }

  @Test
  void omitsTokenIdForAdminPause() {
    Json job = Api.asAdmin().post(app.path("/jobs/job/pause")).as(Json.class);

    assertThat(job.getMap("status.pause.by")).isEqualTo(Map.of("role", "admin"));
  }

  @ParameterizedTest
  @CsvSource({"/jobs/job/pause, status.pause", "/pause, pause"})
  void replacesNoteOnRepeatedPauseAndKeepsPauseTime(String path, String pause) {
    Json first = pause(path, "{\"note\":\"first\"}");
    Json repeated = pause(path, "{}");
    Json noted = Api.asAdmin().body("{\"note\":\"second\"}").post(app.path(path)).as(Json.class);

    assertThat(repeated.getMap(pause)).isEqualTo(first.getMap(pause));
    assertThat(noted.getString(pause + ".note")).isEqualTo("second");
    assertThat(noted.getString(pause + ".by.role")).isEqualTo("admin");
    assertThat(noted.getString(pause + ".at")).isEqualTo(first.getString(pause + ".at"));
  }

  /** A replica of an older release writes the flag alone. */
  @Test
  void addsTimeAndNoteToPauseOfEarlierRelease() {
    TestDatabase.update(
        "update job set paused = true from app where app.id = app_id and app.name = ?", app.name());

    assertThat(app.getJob("job").as(Json.class).getMap("status")).doesNotContainKey("pause");
    assertThat(pause("/jobs/job/pause", "{\"note\":\"late\"}").getMap("status.pause"))
        .containsKeys("note", "at", "by");
  }

  @ParameterizedTest
  @CsvSource({"/jobs/job/pause", "/pause"})
  void refusesOverlongNoteAndUnknownFields(String path) {
    String longest = "x".repeat(500);

    Refused.with(ErrorCode.INVALID, tryPause(path, "{\"note\":\"" + longest + "x\"}"))
        .at("note")
        .saying("'note' must be at most 500 characters");
    Refused.with(ErrorCode.INVALID, tryPause(path, "{\"nte\":\"x\"}")).at("nte");
    Refused.with(ErrorCode.MALFORMED, tryPause(path, "{\"note\":1}")).at("note");
    assertThat(app.getJob("job").as(Json.class).getBoolean("status.paused")).isFalse();
    assertThat(tryPause(path, "{\"note\":\"" + longest + "\"}").statusCode()).isEqualTo(200);
  }

  private String operatorTokenId() {
    app.asOperator();
    return Api.asAdmin().get(app.path("/tokens")).as(Json.class).getMaps("items").stream()
        .filter(token -> token.get("role").equals("operator"))
        .map(token -> token.get("id").toString())
        .findFirst()
        .orElseThrow();
  }

  private Json pause(String path, String body) {
    Response response = tryPause(path, body);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    return response.as(Json.class);
  }

  private Response tryPause(String path, String body) {
    return app.asOperator().body(body).post(app.path(path));
  }

  @Test
  void resumesFixedDelayAfterPause() {
    app.withJob("job", "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"delay\":\"PT1S\"}}");
    Assignment first = worker.take();
    post("/jobs/job/pause");
    worker.succeed(first);
    assertThat(app.getJob("job").as(Json.class).getString("status.nextFireTime")).isNull();

    post("/jobs/job/resume");

    worker.succeed(worker.take());
  }

  @Test
  void returnsNotFoundForUnknownJob() {
    for (String verb : List.of("pause", "resume")) {
      Response answer = app.asOperator().post(app.path("/jobs/missing/" + verb));
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.as(Json.class).getString("code")).isEqualTo("JOB_NOT_FOUND");
    }
  }

  private Response post(String path) {
    Response answer = app.asOperator().post(app.path(path));
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    return answer;
  }
}
