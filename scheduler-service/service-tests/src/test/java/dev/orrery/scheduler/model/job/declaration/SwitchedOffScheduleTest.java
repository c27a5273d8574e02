package dev.orrery.scheduler.model.job.declaration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Schedules that the version in force no longer has. Prints the state of the jobs at each step. */
@QuarkusTest
class SwitchedOffScheduleTest {
  private static final String OWNER = "code.billing";
  private static final String INVOICES = "com.example.Invoices";
  private static final String LEDGER = "com.example.Ledger";

  @Inject UndeclaredJobs undeclared;

  private final List<String> steps = new ArrayList<>();
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @AfterEach
  void print() {
    System.out.println(String.join("\n", steps));
  }

  /** The code of a process: its methods by their processors, and the jobs that these declare. */
  private record Code(Map<String, String> methods, Map<String, String> jobs) {
    Code without(String job) {
      Map<String, String> rest = new LinkedHashMap<>(jobs);
      rest.remove(job);
      return new Code(methods, rest);
    }
  }

  private static final Code FIRST =
      new Code(
          Map.of("tick", INVOICES, "switched", INVOICES),
          Map.of("tick", "tick", "switched", "switched"));

  @Test
  void disablesSwitchedOffJobAtOnceThroughRollingUpdateAndRollback() {
    Code second = FIRST.without("switched");
    declare(1, FIRST);
    step("version 1 declares");
    app.fire("switched");
    String waiting = app.run("switched");

    Json plan = declare(2, second);
    step("version 2 beside it, with \"-\"");

    assertThat(plan.getStrings("declaration.off")).containsExactly("switched");
    assertThat(isEnabled("switched")).isFalse();
    assertThat(find("switched").node().path("status").has("nextFireTime")).isFalse();
    assertThat(find("switched").getString("status.declaration.missingFrom")).isEqualTo("2");
    assertThat(app.instancesOf("switched"))
        .extracting(run -> run.get("state"))
        .containsOnly("WAITING");

    declare(1, FIRST);
    renew(1, FIRST);
    renew(2, second);
    step("version 1 restarts and renews");
    assertThat(isEnabled("switched")).isFalse();

    declare(2, second);
    step("version 2 restarts");
    assertThat(isEnabled("switched")).isFalse();

    endLease();
    renew(1, FIRST);
    step("version 2 is gone for its time-out");
    assertThat(isEnabled("switched")).isTrue();
    assertThat(find("switched").node().path("status").has("nextFireTime")).isTrue();

    renew(2, second);
    step("version 2 comes back");
    assertThat(isEnabled("switched")).isFalse();
    assertThat(find("tick").getBoolean("enabled")).isTrue();
    assertThat(state(waiting)).isEqualTo("WAITING");
    assertThat(declare(3, FIRST).getStrings("declaration.off")).isEmpty();
    step("version 3 has the schedule again");
    assertThat(isEnabled("switched")).isTrue();
  }

  @Test
  void disablesRenamedAndMovedJobsAtOnce() {
    declare(1, FIRST);
    step("version 1 declares");

    declare(2, new Code(FIRST.methods(), Map.of("tick", "tick", "renamed", "switched")));
    step("renamed by name=");
    assertThat(isEnabled("switched")).isFalse();
    assertThat(isEnabled("renamed")).isTrue();

    Json plan =
        declare(
            3,
            new Code(
                Map.of("tick", INVOICES, "method", INVOICES),
                Map.of("tick", "tick", "method", "method")));
    step("renamed by its method");
    assertThat(plan.getStrings("declaration.off")).containsExactly("renamed");
    assertThat(isEnabled("renamed")).isFalse();

    plan =
        declare(
            4,
            new Code(
                Map.of("tick", INVOICES, "method", LEDGER),
                Map.of("tick", "tick", "method", "method")));
    step("moved to another bean under its name");
    assertThat(plan.getStrings("declaration.off")).isEmpty();
    assertThat(isEnabled("method")).isTrue();

    plan =
        declare(
            5,
            new Code(
                Map.of("tick", INVOICES, "moved", INVOICES, "billing/java:other", LEDGER),
                Map.of("tick", "tick", "moved", "moved")));
    step("moved to another bean and renamed");
    assertThat(plan.getStrings("declaration.off")).containsExactly("method");
    assertThat(isEnabled("method")).isFalse();
    assertThat(isEnabled("moved")).isTrue();
  }

  @Test
  void disablesLastJobOfApplication() {
    Code only = new Code(Map.of("tick", INVOICES), Map.of("tick", "tick"));
    declare(1, only);

    Json plan = declare(2, only.without("tick"));
    step("the last schedule is off");

    assertThat(plan.getStrings("declaration.off")).containsExactly("tick");
    assertThat(isEnabled("tick")).isFalse();
    assertThat(declare(1, only).getString("declaration.outcome")).isEqualTo("LEFT");
    Refused.with(ErrorCode.INVALID, call("", 3, "", new Code(Map.of(), Map.of()))).at("jobs");
  }

  @Test
  void keepsJobsWhoseCodeProcessDoesNotHave() {
    Code web = new Code(Map.of("tick", INVOICES), Map.of("tick", "tick"));
    Code batch = new Code(Map.of("close", LEDGER), Map.of("close", "close"));
    declare(1, web);
    Json plan = declare(1, batch);
    step("a process with other beans declares");

    assertThat(plan.getStrings("declaration.off")).isEmpty();
    assertThat(plan.getStrings("declaration.missing.name")).containsExactly("tick");
    assertThat(plan.getString("declaration.missing[0].until")).isNotEmpty();
    assertThat(isEnabled("tick")).isTrue();
    assertThat(find("tick").node().at("/status/declaration").has("disabledAt")).isFalse();
  }

  @Test
  void keepsJobWhoseDocumentProcessCannotDeclare() {
    declare(1, FIRST);

    Json plan = call("", 2, ",\"keep\":[\"switched\"]", FIRST.without("switched")).as(Json.class);

    assertThat(plan.getStrings("declaration.off")).isEmpty();
    assertThat(plan.getStrings("declaration.missing.name")).isEmpty();
    assertThat(isEnabled("switched")).isTrue();
  }

  @Test
  void keepsJobsOfScheduleThatNamesNoCode() {
    declare(1, FIRST);

    declare(2, new Code(Map.of(), Map.of("tick", "tick")));

    assertThat(isEnabled("switched")).isTrue();
  }

  @Test
  void namesWhatGoesOnAndChangesNothingInDryRun() {
    declare(
        1,
        new Code(
            Map.of("tick", INVOICES, "close", LEDGER), Map.of("tick", "tick", "close", "close")));
    String before = app.asViewer().get(app.path("/jobs")).asString();

    Json plan =
        call("?dryRun=true", 2, "", new Code(Map.of("tick", INVOICES), Map.of("new", "tick")))
            .as(Json.class);

    assertThat(plan.getStrings("declaration.off")).containsExactly("tick");
    assertThat(plan.getStrings("declaration.missing.name")).containsExactly("close");
    assertThat(app.asViewer().get(app.path("/jobs")).asString()).isEqualTo(before);
  }

  @Test
  void keepsWhatPeopleDidAfterwards() {
    declare(1, FIRST);
    Code second = FIRST.without("switched");
    declare(2, second);
    app.withJob("switched", "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"every\":\"PT7H\"}}");
    step("a person enables it with another period");

    declare(2, second);
    declare(3, second);
    undeclared.retire();
    step("versions 2 and 3 declare");

    assertThat(isEnabled("switched")).isTrue();
    assertThat(find("switched").getString("trigger.every")).isEqualTo("PT7H");
  }

  @Test
  void keepsPauseAndDisabledStateOfPeople() {
    declare(1, FIRST);
    app.asOperator().post(app.path("/jobs/tick/pause"));
    app.withJob(
        "switched", "{\"processor\":{\"type\":\"java\",\"name\":\"switched\"},\"enabled\":false}");
    int version = find("switched").getInt("status.version");

    declare(2, new Code(FIRST.methods(), Map.of("other", "tick")));
    step("a paused job and a disabled one are off");

    assertThat(find("tick").getBoolean("status.paused")).isTrue();
    assertThat(isEnabled("tick")).isFalse();
    assertThat(find("switched").getInt("status.version")).isEqualTo(version);
  }

  @Test
  void leavesJobsOfOtherOwnersAndOfPeople() {
    declare("code.other", 1, FIRST);
    app.withJob("by-hand", "{\"processor\":{\"type\":\"java\",\"name\":\"tick\"}}");

    declare(2, new Code(FIRST.methods(), Map.of("own", "tick")));

    assertThat(List.of(isEnabled("tick"), isEnabled("switched"), isEnabled("by-hand")))
        .containsOnly(true);
  }

  @Test
  void countsJobsOfOtherApplicationAsDeclared() {
    declare("code.other", 1, FIRST);

    declare(2, new Code(Map.of(), Map.of("own", "own")));

    assertThat(find("tick").node().at("/status/declaration").has("missingFrom")).isFalse();
  }

  @Test
  void namesJobsOfOtherApplicationInEachOutcome() {
    Code own = new Code(Map.of("tick", INVOICES), Map.of());
    String kept = ",\"keep\":[\"tick\"]";
    declare("code.other", 1, FIRST);

    Json applied = call("", 2, kept, own).as(Json.class);
    Json renewed = call("", 2, ",\"renew\":true" + kept, own).as(Json.class);
    Json left = call("", 1, kept, own).as(Json.class);
    declare("code.other", 2, FIRST.without("tick"));
    Json released = call("", 2, kept, own).as(Json.class);

    assertThat(applied.getStrings("declaration.others")).containsExactly("tick");
    assertThat(renewed.getString("declaration.outcome")).isEqualTo("RENEWED");
    assertThat(renewed.getStrings("declaration.others")).containsExactly("tick");
    assertThat(left.getString("declaration.outcome")).isEqualTo("LEFT");
    assertThat(left.getStrings("declaration.others")).containsExactly("tick");
    assertThat(released.getStrings("declaration.others")).isEmpty();
  }

  @Test
  void tellsOtherProcessOfVersionThatItsScheduleIsOff() {
    declare(1, FIRST);
    declare(1, FIRST.without("switched"));

    Json renewed = renew(1, FIRST);
    step("one process of the version is off, the other renews");

    assertThat(renewed.getString("declaration.outcome")).isEqualTo("RENEWED");
    assertThat(renewed.getStrings("declaration.off")).containsExactly("switched");
    assertThat(isEnabled("switched")).isFalse();
  }

  @Test
  void keepsMissingJobButTellsOfSwitchedOffJobAtEachRenewal() {
    Code first =
        new Code(
            Map.of("tick", INVOICES, "switched", INVOICES, "close", LEDGER),
            Map.of("tick", "tick", "switched", "switched", "close", "close"));
    declare(1, first);
    Json plan = declare(1, FIRST.without("switched"));
    step("a process with other beans declares, without a schedule");
    assertThat(plan.getStrings("declaration.missing.name")).containsExactly("close");

    renew(1, first);
    step("the first process renews");

    assertThat(find("close").node().at("/status/declaration").has("missingFrom")).isFalse();
    assertThat(find("switched").getString("status.declaration.missingFrom")).isEqualTo("1");
    assertThat(renew(1, first).getStrings("declaration.off")).containsExactly("switched");
  }

  private Json declare(int version, Code code) {
    return declare(OWNER, version, code);
  }

  private Json declare(String owner, int version, Code code) {
    Response response = call(owner, "", version, "", code);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    return response.as(Json.class);
  }

  private Json renew(int version, Code code) {
    return call("", version, ",\"renew\":true", code).as(Json.class);
  }

  private Response call(String query, int version, String more, Code code) {
    return call(OWNER, query, version, more, code);
  }

  private Response call(String owner, String query, int version, String more, Code code) {
    String methods =
        String.join(
            ",",
            code.methods().entrySet().stream()
                .map(
                    method ->
                        "\"%s\":\"%s\""
                            .formatted(
                                method.getKey().contains("/")
                                    ? method.getKey()
                                    : "java:" + method.getKey(),
                                method.getValue()))
                .toList());
    String jobs =
        String.join(
            ",",
            code.jobs().entrySet().stream()
                .map(
                    job ->
                        """
                        {"name":"%s","processor":{"type":"java","name":"%s"},"trigger":{"every":"PT1H"},"overlap":"allow"}"""
                            .formatted(job.getKey(), job.getValue()))
                .toList());
    return app.asDeclarer()
        .body(
            "{\"owner\":\"%s\",\"declaration\":{\"version\":\"%d\"%s%s},\"jobs\":[%s]}"
                .formatted(
                    owner,
                    version,
                    more,
                    methods.isEmpty() ? "" : ",\"code\":{" + methods + "}",
                    jobs))
        .post(app.path("/jobs:apply" + query));
  }

  private void endLease() {
    TestDatabase.update(
        """
        update declaration set renewed_at = renewed_at - interval '3 minutes'
        where app_id = (select id from app where name = ?)
        """,
        app.name());
  }

  private void step(String what) {
    StringBuilder line = new StringBuilder("%-52s |".formatted(what));
    for (Map<String, Object> job :
        app.asViewer().get(app.path("/jobs")).as(Json.class).getMaps("items")) {
      String name = job.get("name").toString();
      line.append(" ").append(name).append(isEnabled(name) ? " on |" : " OFF |");
    }
    steps.add(line.toString());
  }

  private boolean isEnabled(String name) {
    return find(name).getBoolean("enabled");
  }

  private String state(String id) {
    return app.asViewer().get(TestApp.instancePath(id, "")).as(Json.class).getString("state");
  }

  private Json find(String name) {
    return app.getJob(name).as(Json.class);
  }
}
