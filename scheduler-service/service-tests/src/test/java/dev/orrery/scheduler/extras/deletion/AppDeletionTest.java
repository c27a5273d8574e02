package dev.orrery.scheduler.extras.deletion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.Hint.CancelRequested;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestWorker;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class AppDeletionTest {
  private static final String TRIGGERED =
      "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"every\":\"PT1H\"},\"overlap\":\"allow\"}";

  @Inject AgroalDataSource database;
  @Inject HintBus hints;
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @Test
  void deletesEmptyAppAndFreesName() {
    String token = app.token(TokenRole.VIEWER);

    assertThat(delete("").statusCode()).isEqualTo(204);

    Refused.with(ErrorCode.APP_NOT_FOUND, Api.asAdmin().get(app.path("")));
    Refused.with(
        ErrorCode.APP_NOT_FOUND, Api.asAdmin().body("{}").post(app.path("/jobs/job/instances")));
    Refused.with(ErrorCode.UNAUTHENTICATED, Api.as(token).get(app.path("")));
    assertThat(
            Api.asAdmin()
                .get(Api.V1 + "/apps?limit=500&after=test-")
                .as(Json.class)
                .getStrings("items.name"))
        .doesNotContain(app.name());
    assertThat(Api.asAdmin().put(app.path("")).statusCode()).isEqualTo(201);
    Refused.with(ErrorCode.UNAUTHENTICATED, Api.as(token).get(app.path("")));
  }

  @Test
  void refusesTokenOfDeletedAppImmediately() {
    String token = app.token(TokenRole.VIEWER);
    assertThat(Api.as(token).get(app.path("")).statusCode()).isEqualTo(200);

    delete("");

    Refused.with(ErrorCode.UNAUTHENTICATED, Api.as(token).get(app.path("")));
  }

  @Test
  void refusesDeletionOfNonEmptyAppAndListsContents() {
    app.withJob("one").withJob("two");
    String waiting = app.run("one");
    app.asOperator()
        .body("{\"url\":\"https://example.org\"}")
        .put(app.path("/webhooks/hook"))
        .then()
        .statusCode(201);
    app.worker();
    String had = app.asViewer().get(app.path("/jobs")).asString();

    Refused.with(ErrorCode.APP_NOT_EMPTY, delete(""))
        .saying("2 jobs, 1 active instance, 1 webhook, 1 connected worker", "withContents=true");

    assertThat(app.asViewer().get(app.path("/jobs")).asString()).isEqualTo(had);
    assertThat(app.instance(waiting).getString("endReason")).isNull();
    assertThat(app.asOperator().get(app.path("/webhooks/hook")).statusCode()).isEqualTo(200);
  }

  @Test
  void cancelsWaitingAndRequestsCancelOfRunningInstances() throws SQLException {
    app.withJob("job", TRIGGERED).withJob("manual");
    TestWorker worker = app.workerLike().withCapacity(1).join();
    String running = app.run("manual");
    Assignment taken = worker.take();
    String waiting = app.run("manual");
    app.fire("job");
    String fired = (String) app.instancesOf("job").get(0).get("id");

    assertThat(delete("?withContents=true").statusCode()).isEqualTo(204);

    for (String id : new String[] {waiting, fired}) {
      Json ended = instance(id);
      assertThat(ended.getString("state")).isEqualTo("CANCELED");
      assertThat(ended.getString("endReason")).isEqualTo("JOB_DELETED");
    }
    assertThat(taken.instance()).hasToString(running);
    assertThat(instance(running).getString("state")).isEqualTo("RUNNING");
    assertThat(isAskedToStop(running)).isTrue();
    Refused.with(ErrorCode.APP_NOT_FOUND, Api.asAdmin().get(app.path("/jobs/job")));
  }

  @Test
  void publishesCancelHintsOnDeletionWithContents() {
    List<Hint> heard = new CopyOnWriteArrayList<>();
    hints.listen(heard::add);
    app.withJob("job");
    app.run("job");
    Assignment taken = app.worker().take();

    delete("?withContents=true");

    assertThat(heard)
        .filteredOn(CancelRequested.class::isInstance)
        .extracting(hint -> ((CancelRequested) hint).attempt())
        .contains(taken.ref());
  }

  /** Nothing else publishes this hint, and it is published before the response. */
  @Test
  void publishesJobsChangedHintOnDeletion() {
    List<Hint> heard = new CopyOnWriteArrayList<>();
    hints.listen(heard::add);

    delete("");

    assertThat(heard).contains(new Hint.JobsChanged());
  }

  @Test
  void recreatesAppWithoutContentsOfDeletedApp() {
    app.withJob("job", TRIGGERED);
    app.asOperator().body("{\"url\":\"https://example.org\"}").put(app.path("/webhooks/hook"));
    String history = app.run("job");
    app.cancel(history);
    delete("?withContents=true");

    Api.asAdmin().put(app.path("")).then().statusCode(201);

    for (String list : new String[] {"/jobs", "/webhooks", "/tokens", "/instances"}) {
      assertThat(Api.asAdmin().get(app.path(list)).as(Json.class).getList("items")).isEmpty();
    }
    assertThat(instance(history).getString("state")).isEqualTo("CANCELED");
  }

  @Test
  void cancelsInstanceCommittedAfterDeletion() throws SQLException {
    app.withJob("job");
    String example = app.run("job");
    delete("?withContents=true");

    long late = Long.parseLong(example) + 1;
    copy(example, late);

    TestApp.eventually()
        .untilAsserted(
            () ->
                assertThat(instance(Long.toString(late)).getString("endReason"))
                    .isEqualTo("JOB_DELETED"));
  }

  /** As a submission writes it whose statement began before the deletion. */
  private void copy(String ended, long id) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at)
                select ?, h.job_id, h.job_version_id, v.lane_id, 1, h.priority, h.due_at
                from instance_history h join job_version v on v.id = h.job_version_id
                where h.id = ?
                """)) {
      insert.setLong(1, id);
      insert.setLong(2, Long.parseLong(ended));
      assertThat(insert.executeUpdate()).isEqualTo(1);
    }
  }

  @Test
  void returnsNotFoundForUnknownApp() {
    Refused.with(ErrorCode.APP_NOT_FOUND, Api.asAdmin().delete(app.path("x")));
    delete("");

    Refused.with(ErrorCode.APP_NOT_FOUND, delete(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "yes"})
  void refusesNonBooleanConfirmation(String value) {
    Refused.with(ErrorCode.INVALID, delete("?withContents=" + value)).at("withContents");

    assertThat(app.asViewer().get(app.path("")).statusCode()).isEqualTo(200);
  }

  private boolean isAskedToStop(String id) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "select from instance where id = ? and cancel_requested_at is not null")) {
      query.setLong(1, Long.parseLong(id));
      return query.executeQuery().next();
    }
  }

  private Response delete(String query) {
    return Api.asAdmin().delete(app.path(query));
  }

  private static Json instance(String id) {
    return Api.asAdmin().get(TestApp.instancePath(id, "")).as(Json.class);
  }
}
