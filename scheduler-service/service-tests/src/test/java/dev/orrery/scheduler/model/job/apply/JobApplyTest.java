package dev.orrery.scheduler.model.job.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class JobApplyTest {
  private static final String OWNER = "billing-repo";
  private static final String JSON = "{\"jobs\":[%s]}";

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @Test
  void createsUpdatesAndKeepsJobsInFileOrder() {
    app.withJob("same", noop("")).withJob("other", noop("")).withJob("grown", noop(""));

    Json plan = apply(file(named("new", ""), named("grown", ",\"priority\":7"), named("same", "")));

    assertThat(plan.getStrings("jobs.name")).containsExactly("new", "grown", "same");
    assertThat(plan.getStrings("jobs.change")).containsExactly("create", "update", "none");
    assertThat(plan.getList("jobs.version")).isEqualTo(List.of(1, 2, 1));
    assertThat(plan.getMaps("jobs[1].differences"))
        .containsExactly(Map.of("field", "priority", "from", 5, "to", 7));
    for (String job : List.of("new", "grown", "same")) {
      assertThat(plan.getStrings("jobs.etag")).contains(app.getJob(job).header("ETag"));
    }
    assertThat(job("grown").getInt("priority")).isEqualTo(7);
    assertThat(names()).containsExactly("grown", "new", "other", "same");
  }

  @Test
  void changesNoJobOnRepeatedApplyOfFile() {
    String file = owned(OWNER, true, named("a", ""), named("b", ""));
    apply(file);
    String before = jobs();

    assertThat(apply(file).getStrings("jobs.change")).containsExactly("none", "none");

    assertThat(jobs()).isEqualTo(before);
  }

  @Test
  void returnsPlanOfDryRunWithoutWriting() {
    apply(owned(OWNER, false, named("grown", ""), named("old", "")));
    app.withJob("adopted", noop(""));
    String before = jobs();

    Json plan =
        applied(
                "?dryRun=true",
                owned(
                    OWNER,
                    true,
                    named("grown", ",\"priority\":7"),
                    named("adopted", ""),
                    named("new", "")))
            .as(Json.class);

    assertThat(plan.getStrings("jobs.name")).containsExactly("grown", "adopted", "new", "old");
    assertThat(plan.getStrings("jobs.change"))
        .containsExactly("update", "update", "create", "delete");
    assertThat(plan.getMaps("jobs[1].differences"))
        .containsExactly(Map.of("field", "status.owner", "to", OWNER));
    assertThat(plan.getString("jobs[0].etag")).isEqualTo(app.getJob("grown").header("ETag"));
    assertThat(plan.getMaps("jobs").get(2)).doesNotContainKeys("version", "etag");
    assertThat(jobs()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?dryRun=yes", "?dryRun", "?dryRun=true&dryRun=true", "?dry-run=true"})
  void refusesInvalidDryRunParameterWithoutWriting(String query) {
    Refused.with(ErrorCode.INVALID, call(query, file(named("job", ""))));

    assertThat(names()).isEmpty();
  }

  @Test
  void refusesInvalidAppNameInDryRun() {
    String path = Api.V1 + "/apps/no%20name/jobs:apply?dryRun=true";

    Refused.with(
            ErrorCode.INVALID,
            Api.asAdmin().urlEncodingEnabled(false).body("{\"jobs\":[]}").post(path))
        .at("app")
        .saying("got 'no name'");
  }

  @Test
  void validatesFileBeforeAppInDryRun() {
    String path = Api.V1 + "/apps/there-is-none/jobs:apply?dryRun=true";

    Refused.with(ErrorCode.INVALID, Api.asAdmin().body(file(named("a b", ""))).post(path))
        .at("jobs[0].name");
    Refused.with(ErrorCode.APP_NOT_FOUND, Api.asAdmin().body(file(named("a", ""))).post(path));
  }

  @Test
  void keepsOwnerAfterEditAndApplyWithoutOwner() {
    apply(owned(OWNER, false, named("job", "")));
    assertThat(job("job").getString("status.owner")).isEqualTo(OWNER);

    app.withJob("job", noop(",\"priority\":1"));
    assertThat(job("job").getString("status.owner")).isEqualTo(OWNER);

    apply(file(named("job", ",\"priority\":2")));
    assertThat(job("job").getString("status.owner")).isEqualTo(OWNER);
    assertThat(job("job").getInt("status.version")).isEqualTo(3);
  }

  @Test
  void adoptsUnownedJobWithoutNewVersion() {
    app.withJob("job", noop(""));
    String etag = app.getJob("job").header("ETag");

    Json plan = apply(owned(OWNER, false, named("job", "")));

    assertThat(plan.getString("jobs[0].change")).isEqualTo("update");
    assertThat(plan.getMaps("jobs[0].differences"))
        .containsExactly(Map.of("field", "status.owner", "to", OWNER));
    assertThat(plan.getString("jobs[0].etag")).isEqualTo(etag);
    assertThat(job("job").getString("status.owner")).isEqualTo(OWNER);
  }

  @Test
  void forgetsOwnerOfDeletedJob() {
    apply(owned(OWNER, false, named("job", "")));
    app.asOperator().delete(app.path("/jobs/job"));

    app.withJob("job", noop(""));

    assertThat(job("job").node().path("status").has("owner")).isFalse();
  }

  @Test
  void refusesJobsOfOtherOwnersAndNamesJobsAndOwners() {
    apply(owned("first", false, named("a", "")));
    apply(owned("second", false, named("b", "")));
    String before = jobs();

    Refused refused =
        Refused.with(
                ErrorCode.PRECONDITION_FAILED,
                call("", owned(OWNER, true, named("new", ""), named("a", ""), named("b", ""))))
            .at("jobs[1]")
            .saying("'a' belongs to the owner 'first'", "'b' belongs to the owner 'second'");

    assertThat(refused.problem().getStrings("errors.field")).containsExactly("jobs[1]", "jobs[2]");
    assertThat(jobs()).isEqualTo(before);
  }

  @Test
  void prunesOnlyUnlistedJobsOfOwner() {
    app.withJob("by-hand", noop(""));
    apply(owned("other", false, named("theirs", "")));
    apply(owned(OWNER, false, named("old", ""), named("older", "")));
    apply(owned(OWNER, false, named("kept", "")));
    String waiting = app.run("old");

    Json plan = apply(owned(OWNER, true, named("kept", "")));

    assertThat(plan.getStrings("jobs.name")).containsExactly("kept", "old", "older");
    assertThat(plan.getStrings("jobs.change")).containsExactly("none", "delete", "delete");
    assertThat(plan.getMaps("jobs").get(1)).doesNotContainKeys("version", "etag");
    assertThat(names()).containsExactly("by-hand", "kept", "theirs");
    assertThat(app.awaitState(waiting, "CANCELED").getString("endReason")).isEqualTo("JOB_DELETED");
  }

  @Test
  void prunesNoJobThatAnApplicationDeclared() {
    String declared =
        owned(OWNER, false, named("declared", ""))
            .replace(
                "\"prune\"", "\"declaration\":{\"version\":\"2027-01-01T00:00:00Z\"},\"prune\"");
    apply(declared);
    apply(owned(OWNER, false, named("kept", ""), named("old", "")));

    apply(owned(OWNER, true, named("kept", "")));

    assertThat(names()).containsExactly("declared", "kept");
  }

  @Test
  void prunesAllJobsOfOwnerWithEmptyFile() {
    apply(owned(OWNER, false, named("a", ""), named("b", "")));

    assertThat(apply(owned(OWNER, true)).getStrings("jobs.change"))
        .containsExactly("delete", "delete");

    assertThat(names()).isEmpty();
  }

  @Test
  void refusesStaleEtagsAndNamesJobs() {
    apply(file(named("a", ""), named("b", "")));
    String old = app.getJob("a").header("ETag").replace("\"", "\\\"");
    app.withJob("a", noop(",\"priority\":1"));
    String before = jobs();

    Refused refused =
        Refused.with(
                ErrorCode.PRECONDITION_FAILED,
                call(
                    "",
                    file(
                        named("b", ",\"priority\":1"),
                        named("a", ",\"etag\":\"" + old + "\""),
                        named("c", ",\"etag\":\"" + old + "\""))))
            .at("jobs[1].etag")
            .saying("Job 'a' is at " + app.getJob("a").header("ETag"), "There is no job 'c'");

    assertThat(refused.problem().getStrings("errors.field"))
        .containsExactly("jobs[1].etag", "jobs[2].etag");
    assertThat(jobs()).isEqualTo(before);
  }

  @Test
  void acceptsEditWithCurrentEtag() {
    apply(file(named("a", "")));
    String etag = app.getJob("a").header("ETag").replace("\"", "\\\"");

    Json plan = apply(file(named("a", ",\"priority\":1,\"etag\":\"" + etag + "\"")));

    assertThat(plan.getStrings("jobs.change")).containsExactly("update");
  }

  @Test
  void refusesNeverFiringTriggersWithoutWriting() {
    String never = ",\"trigger\":{\"at\":\"2020-01-01T00:00:00Z\"}";

    Refused refused =
        Refused.with(
                ErrorCode.INVALID,
                call("", file(named("new", ""), named("past", never), named("passed", never))))
            .at("jobs[1].trigger.at");

    assertThat(refused.problem().getStrings("errors.field"))
        .containsExactly("jobs[1].trigger.at", "jobs[2].trigger.at");
    assertThat(names()).isEmpty();
  }

  @Test
  void changesEnabledConcurrencyAndTriggerOfJobsInOneFile() {
    String hourly = ",\"trigger\":{\"every\":\"PT1H\"}";
    apply(file(named("a", hourly), named("b", ",\"concurrency\":2"), named("c", hourly)));

    apply(
        file(
            named("a", hourly + ",\"enabled\":false"),
            named("b", hourly),
            named("c", ",\"concurrency\":1")));

    assertThat(job("a").node().path("status").has("nextFireTime")).isFalse();
    assertThat(job("b").node().path("status").has("nextFireTime")).isTrue();
    assertThat(job("b").node().has("concurrency")).isFalse();
    assertThat(job("c").node().path("status").has("nextFireTime")).isFalse();
    assertThat(job("c").getInt("concurrency")).isEqualTo(1);
  }

  @Test
  void refusesTokenOfAnotherAppOrViewer() {
    String path = app.path("/jobs:apply");
    String file = file(named("job", ""));

    Refused.with(ErrorCode.UNAUTHENTICATED, Api.withoutToken().body(file).post(path));
    Refused.with(ErrorCode.FORBIDDEN, app.asViewer().body(file).post(path));
    Refused.with(ErrorCode.APP_NOT_FOUND, TestApp.create().asOperator().body(file).post(path));

    assertThat(names()).isEmpty();
  }

  /** Each file is applied as a whole, so the jobs are always those of one of them. */
  @Test
  void appliesOverlappingFilesAtomicallyWithoutDeadlock() {
    List<CompletableFuture<Response>> calls = new ArrayList<>();
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      for (int n = 0; n < 32; n++) {
        String file = ofRound(n);
        calls.add(CompletableFuture.supplyAsync(() -> call("", file), callers));
      }

      assertThat(calls).extracting(call -> call.join().statusCode()).containsOnly(200);
    } finally {
      callers.shutdownNow();
    }
    List<Map<String, Object>> jobs =
        app.asViewer().get(app.path("/jobs")).as(Json.class).getMaps("items");
    assertThat(jobs).hasSize(5);
    assertThat(jobs)
        .extracting(job -> job.get("parameters"))
        .containsOnly(jobs.get(0).get("parameters"));
  }

  /** Five of ten jobs, in an order of their own, so that each call also deletes five others. */
  private static String ofRound(int round) {
    List<String> jobs =
        IntStream.range(0, 5)
            .mapToObj(
                n ->
                    named(
                        "job-" + (n * 2 + round % 2),
                        ",\"parameters\":{\"round\":\""
                            + round
                            + "\"},\"concurrency\":1,\"trigger\":{\"delay\":\"PT1S\"}"))
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.rotate(jobs, round);
    return owned(OWNER, true, jobs.toArray(new String[0]));
  }

  private static String noop(String more) {
    return "{\"processor\":{\"type\":\"noop\"}" + more + "}";
  }

  private static String named(String name, String more) {
    return "{\"name\":\"" + name + "\",\"processor\":{\"type\":\"noop\"}" + more + "}";
  }

  private static String file(String... jobs) {
    return JSON.formatted(String.join(",", jobs));
  }

  private static String owned(String owner, boolean prune, String... jobs) {
    return "{\"owner\":\""
        + owner
        + "\",\"prune\":"
        + prune
        + ",\"jobs\":["
        + String.join(",", jobs)
        + "]}";
  }

  private Json apply(String file) {
    return applied("", file).as(Json.class);
  }

  private Response applied(String query, String file) {
    Response response = call(query, file);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    return response;
  }

  private Response call(String query, String file) {
    return app.asOperator().body(file).post(app.path("/jobs:apply" + query));
  }

  private Json job(String name) {
    return app.getJob(name).as(Json.class);
  }

  private String jobs() {
    return app.asViewer().get(app.path("/jobs")).asString();
  }

  private List<String> names() {
    return app.asViewer().get(app.path("/jobs")).as(Json.class).getStrings("items.name");
  }
}
