package dev.orrery.scheduler.model.job.declaration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Versions of an application that declare their jobs at the same time. */
@QuarkusTest
class DeclarationTest {
  private static final String OWNER = "code.billing";
  private static final String FIRST = "2027-01-01T00:00:00Z";
  private static final String SECOND = "2027-02-01T00:00:00Z";
  private static final String HOURLY = "PT1H";
  private static final String DAILY = "PT24H";

  @Inject UndeclaredJobs undeclared;

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @Test
  void keepsJobsOfNewerVersionWhenOlderOneRestarts() {
    declare(FIRST, job("shared", HOURLY), job("old", HOURLY));
    declare(SECOND, job("shared", DAILY), job("new", DAILY));
    String before = jobs();

    Json plan = declare(FIRST, job("shared", HOURLY), job("old", HOURLY), job("gone", HOURLY));

    assertThat(jobs()).isEqualTo(before);
    assertThat(plan.getString("declaration.outcome")).isEqualTo("LEFT");
    assertThat(plan.getString("declaration.inForce")).isEqualTo(SECOND);
    assertThat(plan.getStrings("jobs.name")).containsExactly("shared", "old", "gone");
    assertThat(plan.getStrings("jobs.change")).containsExactly("none", "none", "none");
    assertThat(plan.getStrings("jobs.left"))
        .containsExactly(
            "The newer version " + SECOND + " is in force, and declares it.",
            "The newer version " + SECOND + " is in force, and does not declare it.",
            "The newer version " + SECOND + " is in force, and does not declare it.");
    assertThat(plan.getString("jobs[0].etag")).isEqualTo(app.getJob("shared").header("ETag"));
    assertThat(plan.getMaps("jobs").get(2)).doesNotContainKeys("version", "etag");
  }

  @Test
  void appliesOlderVersionThatHasDeclaredAllTheTime() {
    declare(SECOND, job("shared", DAILY));

    passMinutes(2);
    assertThat(declare(FIRST, job("shared", HOURLY)).getString("declaration.outcome"))
        .isEqualTo("LEFT");
    passMinutes(2);
    assertThat(declare(FIRST, job("shared", HOURLY)).getString("declaration.outcome"))
        .isEqualTo("APPLIED");
  }

  @Test
  void reportsOutcomeInDryRunWithoutChange() {
    declare(SECOND, job("shared", DAILY));
    String before = jobs();

    Json older = call("?dryRun=true", FIRST, "", job("shared", HOURLY)).as(Json.class);
    Json newer = call("?dryRun=true", "2027-03-01T00:00:00Z", "", job("x", DAILY)).as(Json.class);

    assertThat(older.getString("declaration.outcome")).isEqualTo("LEFT");
    assertThat(newer.getString("declaration.outcome")).isEqualTo("APPLIED");
    assertThat(newer.getString("jobs[0].change")).isEqualTo("create");
    assertThat(jobs()).isEqualTo(before);
  }

  @Test
  void changesNoJobOnRenewalOfVersionInForce() {
    declare(FIRST, job("edited", HOURLY), job("deleted", HOURLY));
    app.withJob("edited", "{\"processor\":{\"type\":\"noop\"}}");
    app.asOperator().delete(app.path("/jobs/deleted"));
    String before = jobs();
    endLease();

    Json plan = renew(FIRST, job("edited", HOURLY), job("deleted", HOURLY));

    assertThat(plan.getString("declaration.outcome")).isEqualTo("RENEWED");
    assertThat(plan.getList("jobs")).isEmpty();
    assertThat(jobs()).isEqualTo(before);
    assertThat(declare("2026-01-01T00:00:00Z", job("x", HOURLY)).getString("declaration.outcome"))
        .isEqualTo("LEFT");
    assertThat(declare(FIRST, job("edited", HOURLY)).getStrings("jobs.change"))
        .containsExactly("update");
  }

  @Test
  void disablesJobAfterGraceWithoutCanceling() {
    declare(FIRST, job("kept", HOURLY), job("old", HOURLY));
    TestWorker worker = app.worker();
    app.fire("old");
    Assignment taken = worker.take();
    app.fire("old");
    String byHand = app.run("old");
    declare(SECOND, job("kept", HOURLY));

    undeclared.retire();
    assertThat(find("old").getBoolean("enabled")).as("within the grace").isTrue();
    endGrace();
    undeclared.retire();
    assertThat(find("old").getBoolean("enabled")).as("while a worker offers it").isTrue();
    worker.bye(taken.ref());
    undeclared.retire();

    Json old = find("old");
    assertThat(old.getBoolean("enabled")).isFalse();
    assertThat(old.getString("status.owner")).isEqualTo(OWNER);
    assertThat(old.getString("status.declaration.version")).isEqualTo(FIRST);
    assertThat(old.getString("status.declaration.missingFrom")).isEqualTo(SECOND);
    assertThat(old.node().at("/status/declaration").has("disabledAt")).isTrue();
    assertThat(old.node().path("status").has("nextFireTime")).isFalse();
    assertThat(find("kept").getBoolean("enabled")).isTrue();
    TestWorker next = app.worker();
    next.takeAll(3).forEach(next::succeed);
    app.awaitState(byHand, "SUCCEEDED");
    assertThat(states("old")).containsExactly("SUCCEEDED", "SUCCEEDED", "SUCCEEDED");
  }

  @Test
  void countsGraceFromFirstVersionThatLacksJob() {
    declare(FIRST, job("kept", HOURLY), job("old", HOURLY));
    declare(SECOND, job("kept", HOURLY));
    endGrace();

    declare("2027-03-01T00:00:00Z", job("kept", HOURLY));
    undeclared.retire();

    assertThat(find("old").getBoolean("enabled")).isFalse();
    assertThat(find("old").getString("status.declaration.missingFrom"))
        .isEqualTo("2027-03-01T00:00:00Z");
  }

  @Test
  void keepsJobsWithRefusedDocuments() {
    declare(FIRST, job("right", HOURLY), job("wrong", HOURLY));

    Json plan =
        call("", SECOND, ",\"keep\":[\"wrong\",\"unknown\"]", job("right", DAILY)).as(Json.class);

    assertThat(plan.getStrings("jobs.change")).containsExactly("update");
    assertThat(find("wrong").getString("trigger.every")).isEqualTo(HOURLY);
    assertThat(find("wrong").getString("status.declaration.version")).isEqualTo(SECOND);
    assertThat(find("wrong").node().at("/status/declaration").has("missingFrom")).isFalse();
  }

  @Test
  void ignoresJobsOfOwnerWithoutDeclaration() {
    app.asOperator()
        .body("{\"owner\":\"" + OWNER + "\",\"jobs\":[" + job("of-file", HOURLY) + "]}")
        .post(app.path("/jobs:apply"));

    declare(FIRST, job("new", HOURLY));

    assertThat(find("of-file").node().path("status").has("declaration")).isFalse();
  }

  private Json declare(String version, String... jobs) {
    return call("", version, "", jobs).as(Json.class);
  }

  private Json renew(String version, String... jobs) {
    return call("", version, ",\"renew\":true", jobs).as(Json.class);
  }

  private Response call(String query, String version, String renew, String... jobs) {
    String body =
        "{\"owner\":\"%s\",\"declaration\":{\"version\":\"%s\"%s},\"jobs\":[%s]}"
            .formatted(OWNER, version, renew, Stream.of(jobs).collect(Collectors.joining(",")));
    Response response = app.asOperator().body(body).post(app.path("/jobs:apply" + query));
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    return response;
  }

  private static String job(String name, String every) {
    return """
    {"name":"%s","processor":{"type":"noop"},"trigger":{"every":"%s"},"overlap":"allow"}"""
        .formatted(name, every);
  }

  private void endLease() {
    passMinutes(3);
  }

  private void passMinutes(int minutes) {
    TestDatabase.update(
        """
        update declaration set renewed_at = renewed_at - ? * interval '1 minute'
        where app_id = (select id from app where name = ?)
        """,
        minutes,
        app.name());
  }

  private void endGrace() {
    TestDatabase.update(
        """
        update declared_job d set missing_since = d.missing_since - interval '24 hours'
        from job j join app a on a.id = j.app_id
        where j.id = d.job_id and a.name = ?
        """,
        app.name());
  }

  private Json find(String name) {
    return app.getJob(name).as(Json.class);
  }

  private List<String> states(String name) {
    return app.instancesOf(name).stream().map(found -> (String) found.get("state")).toList();
  }

  private String jobs() {
    return app.asViewer().get(app.path("/jobs")).asString();
  }
}
