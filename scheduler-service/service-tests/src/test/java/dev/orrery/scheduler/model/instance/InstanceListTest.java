package dev.orrery.scheduler.model.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class InstanceListTest {
  @Inject AgroalDataSource database;
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  @Test
  void listsInstancesOfSingleAppAndOptionallySingleJob() {
    app.withJob("other");
    TestApp.create().withJob("job").run("job");
    String first = app.run("job");
    String second = app.run("other");
    String third = app.run("job");

    assertThat(walk("")).containsExactly(third, second, first);
    assertThat(walk("job=job")).containsExactly(third, first);
    assertThat(walk("job=other")).containsExactly(second);
  }

  @Test
  void listsInstancesOfAllAppsForAdmin() {
    TestApp other = TestApp.create().withJob("shared-name");
    app.withJob("shared-name");
    String first = app.run("shared-name");
    String second = other.run("shared-name");
    String all = Api.V1 + "/instances?state=WAITING&limit=2";

    Json page = Api.asAdmin().get(all + "&job=shared-name").as(Json.class);

    assertThat(page.getStrings("items.id")).containsExactly(second, first);
    assertThat(page.getStrings("items.app")).containsExactly(other.name(), app.name());
    assertThat(Api.asAdmin().get(all).as(Json.class).getStrings("items.id"))
        .isEqualTo(page.getStrings("items.id"));
    assertThat(Api.asAdmin().get(all + "&job=nobody").as(Json.class).getList("items")).isEmpty();
    Refused.with(ErrorCode.INVALID, Api.asAdmin().get(all + "&job=a%20b")).at("job");
  }

  @Test
  void listsInstancesInSeveralStates() {
    List<String> ids = app.runTimes("job", 3);
    app.cancel(ids.get(0));

    assertThat(walk("state=CANCELED&state=FAILED")).containsExactly(ids.get(0));
    assertThat(walk("state=CANCELED&state=WAITING"))
        .containsExactly(ids.get(2), ids.get(1), ids.get(0));
    Refused.with(
            ErrorCode.INVALID, app.asViewer().get(app.path("/instances?state=CANCELED&state=BAD")))
        .at("state")
        .saying("got 'BAD'");
  }

  @Test
  void listsInstancesByWaitReasonWithMissingWorkerCapabilities() {
    app.withJob("gpu", "{\"processor\":{\"type\":\"noop\"},\"requiredTags\":[\"gpu\",\"eu\"]}");
    app.withJob("other", "{\"processor\":{\"type\":\"shell\",\"script\":\"true\"}}");
    String tagged = app.run("gpu");
    assertThat(walk("waitingFor=NO_WORKER")).containsExactly(tagged);

    app.workerLike().running("noop").tagged("eu").join();
    String other = app.run("other");
    app.run("job");

    assertThat(walk("waitingFor=NO_MATCHING_WORKER")).containsExactly(other, tagged);
    assertThat(walk("waitingFor=NO_WORKER")).isEmpty();
    assertThat(walk("waitingFor=NO_MATCHING_WORKER&state=RUNNING")).isEmpty();
    assertThat(app.instance(tagged).getStrings("missing.tags")).containsExactly("gpu");
    assertThat(app.instance(tagged).getString("missing.processor")).isNull();
    assertThat(app.instance(other).getString("missing.processor")).isEqualTo("shell");
    assertThat(app.instance(other).getStrings("missing.tags")).isEmpty();
    Refused.with(ErrorCode.INVALID, app.asViewer().get(app.path("/instances?waitingFor=RAIN")))
        .at("waitingFor")
        .saying("'waitingFor' must be one of DUE_TIME", "got 'RAIN'");
  }

  @Test
  void listsOnlyInstancesInGivenState() {
    List<String> ids = app.runTimes("job", 5);
    TestWorker worker = app.worker();
    List<Assignment> taken = worker.takeAll(3);
    worker.succeed(taken.get(0));
    worker.fail(taken.get(1), "no");
    app.cancel(ids.get(4));

    assertThat(walk("state=WAITING")).containsExactly(ids.get(3));
    assertThat(walk("state=RUNNING")).containsExactly(ids.get(2));
    assertThat(walk("state=SUCCEEDED")).containsExactly(ids.get(0));
    assertThat(walk("state=FAILED&job=job")).containsExactly(ids.get(1));
    assertThat(walk("state=CANCELED")).containsExactly(ids.get(4));
    assertThat(walk("state=SKIPPED")).isEmpty();
    assertThat(walk("state=TIMED_OUT")).isEmpty();
  }

  @Test
  void filtersByWorkerErrorOriginAndCreationTime() {
    List<String> ids = app.runTimes("job", 3);
    TestWorker worker = app.workerLike().named("red").join();
    worker.fail(worker.take(), "Disk is full");
    worker.succeed(worker.take());
    String again = app.tryRetry(ids.get(0)).as(Json.class).getString("id");

    assertThat(walk("worker=red")).containsExactly(ids.get(1), ids.get(0));
    assertThat(walk("errorText=disk%20IS")).containsExactly(ids.get(0));
    assertThat(walk("origin=RETRY")).containsExactly(again);
    assertThat(walk("origin=MANUAL&worker=red&state=SUCCEEDED")).containsExactly(ids.get(1));
    assertThat(walk("createdFrom=2025-01-01T00:00:00Z")).hasSize(4);
    assertThat(walk("createdUntil=2025-01-01T00:00:00Z")).isEmpty();
  }

  @Test
  void returnsEachInstanceOnceWhenInstancesEndDuringPaging() {
    app.withJob("other");
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      made.addAll(
          app.runBatch("{\"instances\":[{\"job\":\"job\",\"count\":2},{\"job\":\"other\"}]}"));
    }
    TestWorker worker = app.worker();
    List<String> walked = new ArrayList<>();
    String after = null;

    do {
      Json page = page("limit=4" + (after == null ? "" : "&after=" + after));
      walked.addAll(page.getStrings("items.id"));
      after = page.getString("next");
      worker.takeAll(3).forEach(worker::succeed);
    } while (after != null);

    List<String> newestFirst = new ArrayList<>(made);
    Collections.reverse(newestFirst);
    assertThat(walked).isEqualTo(newestFirst);
  }

  @Test
  void listsInstancesOfAppWithMoreThan100Jobs() throws SQLException {
    app.withJob("other");
    deletedJobs(100);
    TestApp.create().withJob("foreign").runTimes("foreign", 3);
    List<String> made =
        app.runBatch(
            "{\"instances\":[{\"job\":\"job\",\"count\":2},{\"job\":\"other\"},{\"job\":\"job\"}]}");
    TestWorker worker = app.worker();
    worker.succeed(worker.take());

    Json first = page("limit=3");
    Json second = page("limit=3&after=" + first.getString("next"));

    assertThat(first.getList("items.id")).containsExactly(made.get(3), made.get(2), made.get(1));
    assertThat(second.getList("items.id")).containsExactly(made.get(0));
    assertThat(page("state=SUCCEEDED").getList("items.id")).containsExactly(made.get(0));
    assertThat(walk("job=other")).containsExactly(made.get(2));
  }

  @ParameterizedTest
  @CsvSource({
    "limit, limit=0",
    "limit, limit=501",
    "limit, limit=some",
    "after, after=first",
    "state, state=waiting",
    "state, state=READY",
    "createdFrom, createdFrom=yesterday",
    "createdUntil, createdUntil=2026-01-01",
    "createdFrom, createdFrom=2026-01-02T00:00:00Z&createdUntil=2026-01-02T00:00:00Z",
    "errorText, errorText=no",
    "origin, origin=CRON",
  })
  void refusesInvalidParameterAndNamesField(String field, String query) {
    Refused.with(ErrorCode.INVALID, app.asViewer().get(app.path("/instances?" + query))).at(field);
  }

  @Test
  void refusesUnknownStateAndListsKnownStates() {
    Refused.with(ErrorCode.INVALID, app.asViewer().get(app.path("/instances?state=failed")))
        .saying("'state' must be one of WAITING, RUNNING, ")
        .saying("; got 'failed'.");
  }

  @Test
  void returnsNotFoundForUnknownJob() {
    Refused.with(ErrorCode.JOB_NOT_FOUND, app.asViewer().get(app.path("/instances?job=never")))
        .saying("never");
  }

  private void deletedJobs(int count) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                insert into job (app_id, name, version_id, deleted_at)
                select j.app_id, 'old', j.version_id, now()
                from job j join app a on a.id = j.app_id, generate_series(1, ?)
                where a.name = ? and j.name = 'job'
                """)) {
      insert.setInt(1, count);
      insert.setString(2, app.name());
      assertThat(insert.executeUpdate()).isEqualTo(count);
    }
  }

  private Json page(String query) {
    String path = app.path("/instances");
    return Json.of(app.asViewer().get(query.isEmpty() ? path : path + "?" + query), 200);
  }

  /** All ids, in as many pages as it takes. */
  private List<String> walk(String query) {
    Json page = page(query);
    List<String> ids = new ArrayList<>(page.getStrings("items.id"));
    while (page.getString("next") != null) {
      page = page((query.isEmpty() ? "" : query + "&") + "after=" + page.getString("next"));
      ids.addAll(page.getStrings("items.id"));
    }
    return ids;
  }
}
