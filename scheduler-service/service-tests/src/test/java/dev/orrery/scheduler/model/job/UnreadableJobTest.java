package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A job with an unreadable document of another release stops neither its app nor its own repair.
 */
@QuarkusTest
class UnreadableJobTest {
  private static final String DOCUMENT =
      "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"every\":\"PT24H\"}}";

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("bad", DOCUMENT).withJob("good", DOCUMENT);
    assertThat(
            TestDatabase.update(
                "update job_version v set document ="
                    + " jsonb_set(v.document, '{processor}', '{\"type\":\"quantum\"}')"
                    + " from job j join app a on a.id = j.app_id"
                    + " where v.id = j.version_id and j.name = 'bad' and a.name = ?",
                app.name()))
        .isOne();
  }

  @Test
  void listsUnreadableJobWithReason() {
    JsonPath jobs =
        app.asViewer().get(app.path("/jobs")).then().statusCode(200).extract().jsonPath();

    assertThat(jobs.getList("items.name")).containsExactly("bad", "good");
    assertThat(jobs.getString("items[0].status.unreadable")).contains("quantum");
    assertThat(jobs.getString("items[1].status.unreadable")).isNull();
  }

  @Test
  void allowsReadingAndPreviewingUnreadableJob() {
    app.run("bad");

    for (String path :
        new String[] {
          "/jobs/bad", "/jobs/bad/fire-times", "/jobs/bad/versions", "/instances", "/fire-times"
        }) {
      app.asViewer().get(app.path(path)).then().statusCode(200);
    }
  }

  @Test
  void allowsRewritingUnreadableJob() {
    assertThat(app.putJob("bad", DOCUMENT).statusCode()).isEqualTo(200);

    JsonPath repaired = app.getJob("bad").jsonPath();
    assertThat(repaired.getString("status.unreadable")).isNull();
    assertThat(repaired.getInt("status.version")).isEqualTo(2);
    assertThat(repaired.getString("status.nextFireTime")).isNotNull();
  }

  @Test
  void deletesTriggerOfUnreadableJobOnEditWithoutTrigger() {
    app.putJob("bad", "{\"processor\":{\"type\":\"noop\"}}");

    assertThat(app.getJob("bad").jsonPath().getString("status.nextFireTime")).isNull();
  }

  @Test
  void allowsDeletingUnreadableJob() {
    app.asOperator().delete(app.path("/jobs/bad")).then().statusCode(204);

    assertThat(app.getJob("bad").statusCode()).isEqualTo(404);
  }

  @Test
  void resumesAppExceptJobWithUnreadableTrigger() {
    TestDatabase.update(
        "update job_version v set document = jsonb_set(v.document, '{trigger}', '\"daily\"')"
            + " from job j join app a on a.id = j.app_id"
            + " where v.id = j.version_id and j.name = 'bad' and a.name = ?",
        app.name());
    post("/pause", 200);

    post("/resume", 200);

    assertThat(app.getJob("good").jsonPath().getString("status.nextFireTime")).isNotNull();
    JsonPath bad = app.getJob("bad").jsonPath();
    assertThat(bad.getBoolean("status.paused")).isTrue();
    assertThat(bad.getString("status.pause.note")).contains("could not read the document");
    post("/jobs/bad/resume", 503);
  }

  @Test
  void backsOffAttemptOfUnreadableJobAndAssignsReadableJob() {
    String bad = app.run("bad");
    TestWorker worker = app.worker();
    worker.poll(5);
    app.awaitWaitingFor(bad, "BACKOFF");

    String good = app.run("good");
    Assignment assignment = worker.take();

    assertThat(assignment.job()).isEqualTo("good");
    worker.succeed(assignment);
    assertThat(app.state(good)).isEqualTo("SUCCEEDED");
    assertThat(app.attempts(bad).toString()).contains("could not read the document");
  }

  private void post(String path, int status) {
    app.asOperator().post(app.path(path)).then().statusCode(status);
  }
}
