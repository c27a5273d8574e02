package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.PageWalk;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class JobTest {
  private static final String NOOP = "{\"processor\":{\"type\":\"noop\"}}";
  private static final String URGENT = "{\"processor\":{\"type\":\"noop\"},\"priority\":9}";

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @Test
  void listsVersionsWithDocumentsNewestFirst() {
    app.withJob("edited", "{\"processor\":{\"type\":\"noop\"},\"priority\":1}");
    app.withJob("edited", "{\"processor\":{\"type\":\"noop\"},\"priority\":2}");
    app.withJob("edited", "{\"processor\":{\"type\":\"noop\"},\"priority\":2}");
    app.withJob("edited", "{\"processor\":{\"type\":\"noop\"},\"priority\":3}");

    Json first = app.asViewer().get(app.path("/jobs/edited/versions?limit=2")).as(Json.class);
    Json second =
        app.asViewer()
            .get(app.path("/jobs/edited/versions?limit=2&after=" + first.getString("next")))
            .as(Json.class);

    assertThat(first.getList("items.document.priority")).containsExactly(3, 2);
    assertThat(first.getList("items.version")).containsExactly(3, 2);
    assertThat(second.getList("items.document.priority")).containsExactly(1);
    assertThat(second.getString("next")).isNull();
  }

  @Test
  void createsJobWithDefaults() {
    Response created = app.putJob("job", NOOP);

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.header("Location")).isEqualTo(app.path("/jobs/job"));
    Json job = created.as(Json.class);
    assertThat(job.getString("name")).isEqualTo("job");
    assertThat(job.getString("overlap")).isEqualTo("skip");
    assertThat(job.getString("misfire")).isEqualTo("fire-once");
    assertThat(job.getString("catchUpWindow")).isEqualTo("PT1H");
    assertThat(job.getMap("retry"))
        .isEqualTo(
            Map.of(
                "maxAttempts", 1, "backoff", "PT10S", "maxBackoff", "PT10M", "maxWorkerLosses", 3));
    assertThat(job.getInt("priority")).isEqualTo(5);
    assertThat(job.getBoolean("enabled")).isTrue();
    assertThat(job.getList("requiredTags")).isEmpty();
    assertThat(job.getMap("parameters")).isEmpty();
    assertThat(job.getMap("")).doesNotContainKeys("trigger", "timeout");
    assertThat(job.getInt("status.version")).isEqualTo(1);
  }

  @Test
  void createsNewVersionAndEtagOnEdit() {
    Response created = app.putJob("job", NOOP);

    Response edited = app.putJob("job", URGENT);

    assertThat(edited.statusCode()).isEqualTo(200);
    assertThat(edited.as(Json.class).getInt("status.version")).isEqualTo(2);
    assertThat(edited.header("ETag")).isNotEqualTo(created.header("ETag"));
    assertThat(app.getJob("job").header("ETag")).isEqualTo(edited.header("ETag"));
  }

  @Test
  void keepsVersionWhenWritingIdenticalDocument() {
    Response created = app.putJob("job", NOOP);

    Response written =
        app.putJob(
            "job",
            "{\"name\":\"job\",\"priority\":5,\"retry\":{},\"requiredTags\":[],\"trigger\":null,"
                + "\"processor\":{\"type\":\"noop\"},\"catchUpWindow\":\"PT60M\"}");

    assertThat(written.statusCode()).isEqualTo(200);
    assertThat(written.asString()).isEqualTo(created.asString());
    assertThat(written.header("ETag")).isEqualTo(created.header("ETag"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        NOOP,
        "{\"processor\":{\"type\":\"shell\",\"command\":[\"a\",\"${fireTime}\"]},\"timeout\":\"PT1H\"}",
        "{\"processor\":{\"type\":\"shell\",\"script\":\"exit 3\"},\"parameters\":{\"k\":\"ü \\\"v\\\"\"}}",
        "{\"processor\":{\"type\":\"noop\",\"sleep\":\"PT90S\"},\"trigger\":{\"cron\":\"0 30 2 * * *\",\"zone\":\"Europe/Berlin\"}}",
        "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"every\":\"PT10S\",\"jitter\":\"PT2S\"},\"enabled\":false}",
        "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"delay\":\"PT10M\",\"from\":\"2127-01-01T00:00:00+01:00\"}}",
        "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"at\":\"2127-01-01T00:00:00Z\"}}",
      })
  void createsNoVersionWhenReturnedDocumentIsWrittenBack(String document) {
    app.withJob("job", document);
    Response read = app.getJob("job");

    Response written = app.putJob("job", read.asString());

    assertThat(written.statusCode()).isEqualTo(200);
    assertThat(written.header("ETag")).isEqualTo(read.header("ETag"));
    assertThat(written.asString()).isEqualTo(read.asString());
  }

  @Test
  void acceptsEditWithCurrentEtag() {
    app.withJob("job");
    String tag = app.getJob("job").header("ETag");

    Response edited = put(Map.of("If-Match", tag));

    assertThat(edited.statusCode()).isEqualTo(200);
  }

  @Test
  void refusesEditWithStaleEtag() {
    app.withJob("job");
    String old = app.getJob("job").header("ETag");
    app.withJob("job", "{\"processor\":{\"type\":\"noop\"},\"priority\":1}");

    Refused.with(ErrorCode.PRECONDITION_FAILED, put(Map.of("If-Match", old)));

    assertThat(app.getJob("job").as(Json.class).getInt("priority")).isEqualTo(1);
  }

  @Test
  void acceptsEditWithAnyMatchingEtag() {
    app.withJob("job");
    String tag = app.getJob("job").header("ETag");

    assertThat(put(Map.of("If-Match", "\"1-1\", " + tag)).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesIfMatchWildcardForMissingJob() {
    Refused.with(ErrorCode.PRECONDITION_FAILED, put(Map.of("If-Match", "*")));
    Refused.with(ErrorCode.JOB_NOT_FOUND, app.getJob("job"));

    app.withJob("job");

    assertThat(put(Map.of("If-Match", "*")).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesIfNoneMatchWildcardForExistingJob() {
    assertThat(put(Map.of("If-None-Match", "*")).statusCode()).isEqualTo(201);

    Refused.with(ErrorCode.PRECONDITION_FAILED, put(Map.of("If-None-Match", "*")));
  }

  @Test
  void refusesDeletionWithStaleEtag() {
    app.withJob("job");
    String old = app.getJob("job").header("ETag");
    app.withJob("job", URGENT);

    Refused.with(
        ErrorCode.PRECONDITION_FAILED,
        app.asOperator().header("If-Match", old).delete(app.path("/jobs/job")));

    assertThat(app.getJob("job").statusCode()).isEqualTo(200);
  }

  @Test
  void returnsNotFoundForDeletedJob() {
    app.withJob("job");

    assertThat(app.asOperator().delete(app.path("/jobs/job")).statusCode()).isEqualTo(204);

    Refused.with(ErrorCode.JOB_NOT_FOUND, app.getJob("job"));
    Refused.with(ErrorCode.JOB_NOT_FOUND, app.tryRun("job", "{}"));
    Refused.with(ErrorCode.JOB_NOT_FOUND, app.asViewer().get(app.path("/jobs/job/fire-times")));
    Refused.with(ErrorCode.JOB_NOT_FOUND, app.asOperator().delete(app.path("/jobs/job")));
    assertThat(app.asViewer().get(app.path("/jobs")).as(Json.class).getList("items")).isEmpty();
  }

  @Test
  void reusesNameOfDeletedJobAndKeepsHistory() {
    app.withJob("job", URGENT);
    String tag = app.getJob("job").header("ETag");
    String old = app.run("job");
    TestWorker worker = app.worker();
    worker.succeed(worker.take());
    app.asOperator().delete(app.path("/jobs/job"));

    Response created = app.putJob("job", URGENT);
    String fresh = app.run("job");

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.as(Json.class).getInt("status.version")).isEqualTo(1);
    assertThat(created.header("ETag")).isNotEqualTo(tag);
    assertThat(app.state(old)).isEqualTo("SUCCEEDED");
    assertThat(app.instancesOf("job"))
        .extracting(found -> found.get("id"))
        .containsExactly(fresh, old);
    Refused.with(ErrorCode.JOB_NOT_FOUND, app.tryRetry(old));
  }

  @Test
  void listsJobsOfAllAppsForAdmin() {
    app.withJob("b").withJob("a");
    TestApp other = TestApp.create().withJob("a");

    PageWalk walk = PageWalk.of(Api.adminToken(), Api.V1 + "/jobs?limit=500", "app");
    Json page = Api.asAdmin().get(Api.V1 + "/jobs?limit=1").as(Json.class);

    assertThat(
            walk.entries().stream()
                .filter(name -> List.of(app.name(), other.name()).contains(name))
                .toList())
        .isIn(
            List.of(app.name(), app.name(), other.name()),
            List.of(other.name(), app.name(), app.name()));
    assertThat(page.getMap("items[0].job")).containsKeys("name", "processor", "status");
    assertThat(page.getString("next")).isNotNull();
    for (String cursor : List.of("x", ":a", "1")) {
      Refused.with(ErrorCode.INVALID, Api.asAdmin().get(Api.V1 + "/jobs?after=" + cursor))
          .at("after");
    }
  }

  @Test
  void recordsAuthorsOfVersions() {
    app.withJob("job");
    Api.asAdmin().body(URGENT).put(app.path("/jobs/job")).then().statusCode(200);
    Api.asAdmin()
        .body("{\"jobs\":[{\"name\":\"job\",\"processor\":{\"type\":\"noop\"}}]}")
        .post(app.path("/jobs:apply"))
        .then()
        .statusCode(200);
    TestDatabase.update(
        "update job_version set author_role = null from job j join app a on a.id = j.app_id"
            + " where j.id = job_id and version = 2 and a.name = ?",
        app.name());

    Json versions = app.asViewer().get(app.path("/jobs/job/versions")).as(Json.class);

    assertThat(versions.getMap("items[0].author")).isEqualTo(Map.of("role", "admin"));
    assertThat(versions.getMap("items[1]")).doesNotContainKey("author");
    assertThat(versions.getString("items[2].author.role")).isEqualTo("operator");
    assertThat(versions.getString("items[2].author.token"))
        .isIn(Api.asAdmin().get(app.path("/tokens")).as(Json.class).getStrings("items.id"));
  }

  @Test
  void showsCreationTimeAndTriggerDescription() {
    app.withJob("job");
    Json created = app.getJob("job").as(Json.class);
    app.withJob("job", "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"every\":\"PT1H\"}}");
    Json edited = app.getJob("job").as(Json.class);
    Json listed = app.asViewer().get(app.path("/jobs")).as(Json.class);

    assertThat(Instant.parse(created.getString("status.createdAt")))
        .isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    assertThat(created.getString("status.triggerDescription")).isNull();
    assertThat(edited.getString("status.createdAt"))
        .isEqualTo(created.getString("status.createdAt"));
    assertThat(edited.getString("status.triggerDescription")).isEqualTo("every 1 hour");
    assertThat(listed.getString("items[0].status.triggerDescription")).isEqualTo("every 1 hour");
  }

  private Response put(Map<String, String> headers) {
    return app.asOperator().headers(headers).body(URGENT).put(app.path("/jobs/job"));
  }
}
