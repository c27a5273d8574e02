package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Job labels that select jobs, instances and the instances of bulk calls. */
@QuarkusTest
class JobLabelTest {
  private static final String BILLING = "\"team\":\"billing\"";
  private static final String GOLD = "\"tier\":\"gold\"";

  private TestApp app;
  private TestApp foreign;

  @BeforeEach
  void createJobs() {
    app =
        TestApp.create()
            .withJob("both", labelled(BILLING + "," + GOLD))
            .withJob("one", labelled(BILLING))
            .withJob("none");
    foreign = TestApp.create().withJob("foreign", labelled(BILLING));
  }

  private static String labelled(String labels) {
    return "{\"processor\":{\"type\":\"noop\"},\"labels\":{" + labels + "}}";
  }

  private static Json get(RequestSpecification caller, String path) {
    return Json.of(caller.get(path), 200);
  }

  private List<String> jobs(String query) {
    Json page = get(app.asViewer(), app.path("/jobs?" + query));
    assertThat(page.getInt("total")).isEqualTo(page.getStrings("items.name").size());
    return page.getStrings("items.name");
  }

  private List<String> instances(String query) {
    return get(app.asViewer(), app.path("/instances?" + query)).getStrings("items.job");
  }

  @Test
  void listsJobsWithAllLabels() {
    assertThat(jobs("label=team:billing")).containsExactly("both", "one");
    assertThat(jobs("label=team:billing&label=tier:gold")).containsExactly("both");
    assertThat(jobs("label=team:billing&search=on&sort=-name")).containsExactly("one");
    assertThat(jobs("label=team:other")).isEmpty();
    assertThat(jobs("label=team:billing&filter=ENABLED")).containsExactly("both", "one");
    Json first = get(app.asViewer(), app.path("/jobs?label=team:billing&limit=1"));
    assertThat(first.getStrings("items.name")).containsExactly("both");
    assertThat(
            get(
                    app.asViewer(),
                    app.path("/jobs?label=team:billing&limit=1&after=" + first.getString("next")))
                .getStrings("items.name"))
        .containsExactly("one");
  }

  @Test
  void listsInstancesOfJobsWithAllLabels() {
    app.run("both");
    app.run("one");
    app.run("none");
    foreign.run("foreign");

    assertThat(instances("label=team:billing")).containsExactly("one", "both");
    assertThat(instances("label=team:billing&label=tier:gold")).containsExactly("both");
    assertThat(instances("label=tier:gold&job=one")).isEmpty();
    assertThat(instances("label=team:billing&state=RUNNING")).isEmpty();
    Refused.with(
        ErrorCode.JOB_NOT_FOUND, app.asViewer().get(app.path("/instances?label=a:b&job=unknown")));
    assertThat(
            get(Api.asAdmin(), Api.V1 + "/instances?label=team:billing&limit=3")
                .getStrings("items.job"))
        .startsWith("foreign", "one", "both");
  }

  @Test
  void hidesLabelsOfOtherApps() {
    foreign.withJob("both", labelled("\"secret\":\"x\""));

    assertThat(jobs("label=secret:x")).isEmpty();
    assertThat(instances("label=secret:x")).isEmpty();
    assertThat(app.asViewer().get(foreign.path("/jobs?label=secret:x")).statusCode())
        .isEqualTo(404);
    assertThat(app.asViewer().get(foreign.path("/instances?label=secret:x")).statusCode())
        .isEqualTo(404);
    assertThat(app.asViewer().get(Api.V1 + "/instances?label=secret:x").statusCode())
        .isEqualTo(403);
    assertThat(cancel(foreign, "{\"labels\":{\"secret\":\"x\"}}").statusCode()).isEqualTo(404);
  }

  @Test
  void limitsReadsByLabelToRoles() {
    assertThat(get(app.asViewer(), app.path("/jobs/both")).getString("labels.tier"))
        .isEqualTo("gold");
    assertThat(jobs("label=tier:gold")).containsExactly("both");
    assertThat(get(app.asOperator(), app.path("/jobs?label=tier:gold")).getStrings("items.name"))
        .containsExactly("both");
    assertThat(app.asDeclarer().get(app.path("/jobs?label=tier:gold")).statusCode()).isEqualTo(403);
    assertThat(app.asDeclarer().get(app.path("/instances?label=tier:gold")).statusCode())
        .isEqualTo(403);
    assertThat(
            app.asViewer()
                .body("{\"labels\":{" + GOLD + "}}")
                .post(app.path("/instances:cancel"))
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void changesOnlyInstancesOfMatchingJobs() {
    String both = app.run("both");
    String one = app.run("one");
    String other = foreign.run("foreign");

    assertThat(changed(cancel(app, "{\"labels\":{" + BILLING + "," + GOLD + "}}"))).isOne();
    assertThat(app.state(both)).isEqualTo("CANCELED");
    assertThat(app.state(one)).isEqualTo("WAITING");
    assertThat(
            changed(
                app.asOperator()
                    .body("{\"labels\":{" + GOLD + "},\"states\":[\"CANCELED\"]}")
                    .post(app.path("/instances:retry"))))
        .isOne();
    assertThat(changed(cancel(app, "{\"labels\":{" + BILLING + "}}"))).isEqualTo(2);
    assertThat(foreign.state(other)).isEqualTo("WAITING");
  }

  private Response cancel(TestApp of, String body) {
    return app.asOperator().body(body).post(of.path("/instances:cancel"));
  }

  private static int changed(Response answer) {
    return Json.of(answer, 200).getInt("changed");
  }

  /** An empty object selects nothing, rather than all: it comes from an unset variable. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"labels\":{}}", "{\"labels\":null}", "{\"labels\":{\"a b\":\"c\"}}"})
  void refusesBulkCallWithEmptyOrInvalidLabels(String body) {
    String id = app.run("one");

    Refused.with(ErrorCode.INVALID, cancel(app, body));

    assertThat(app.state(id)).isEqualTo("WAITING");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"label=team", "label=:x", "label=team:a&label=team:b", "label=", "labels=a:b"})
  void refusesQueryWithInvalidLabel(String query) {
    Refused.with(ErrorCode.INVALID, app.asViewer().get(app.path("/jobs?" + query)));
    Refused.with(ErrorCode.INVALID, app.asViewer().get(app.path("/instances?" + query)));
  }

  @Test
  void findsJobsByEditedLabels() {
    app.withJob("one", labelled(GOLD));
    assertThat(jobs("label=team:billing")).containsExactly("both");
    assertThat(jobs("label=tier:gold")).containsExactly("both", "one");

    app.withJob("one");
    assertThat(jobs("label=tier:gold")).containsExactly("both");
  }

  @Test
  void forgetsLabelsOfDeletedJobsAndApps() {
    app.run("one");
    app.asOperator().delete(app.path("/jobs/one")).then().statusCode(204);
    assertThat(jobs("label=team:billing")).containsExactly("both");
    assertThat(instances("label=team:billing")).isEmpty();
    assertThat(instances("job=one")).containsExactly("one");

    String labels = TestDatabase.read("select count(*) from job_label where app_id = " + id());
    assertThat(labels).isEqualTo("2");
    String id = id();
    Api.asAdmin()
        .delete(Api.V1 + "/apps/" + app.name() + "?withContents=true")
        .then()
        .statusCode(204);
    assertThat(TestDatabase.read("select count(*) from job_label where app_id = " + id))
        .isEqualTo("0");
  }

  private String id() {
    return TestDatabase.read("select id from app where name = ?", app.name());
  }

  @Test
  void refusesUnsafeLinkWithoutChangingJob() {
    Refused.with(
            ErrorCode.INVALID,
            app.putJob(
                "one",
                "{\"processor\":{\"type\":\"noop\"},\"links\":[{\"title\":\"x\",\"url\":\"javascript:alert(1)\"}]}"))
        .at("links[0].url");

    assertThat(get(app.asViewer(), app.path("/jobs/one")).getInt("status.version")).isOne();
    assertThat(jobs("label=team:billing")).containsExactly("both", "one");
  }
}
