package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class JobDryRunTest {
  private static final String BEFORE =
      "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"every\":\"PT1H\"},\"parameters\":{\"a\":\"1\",\"b\":\"2\"}}";

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @Test
  void reportsCreationOfNewJobWithoutCreatingJob() {
    Json change = dryRun(BEFORE);

    assertThat(change.getString("change")).isEqualTo("create");
    assertThat(change.getList("differences")).isEmpty();
    assertThat(change.getString("name")).isEqualTo("job");
    assertThat(change.getInt("priority")).isEqualTo(5);
    Refused.with(ErrorCode.JOB_NOT_FOUND, app.getJob("job"));
  }

  @Test
  void reportsNoChangeForUnchangedJob() {
    app.withJob("job", BEFORE);

    assertThat(dryRun(BEFORE).getString("change")).isEqualTo("none");
    assertThat(dryRun(app.getJob("job").asString()).getString("change")).isEqualTo("none");
    assertThat(dryRun(put(BEFORE, "true").asString()).getString("change")).isEqualTo("none");
  }

  @Test
  void reportsChangedValuesWithoutChangingJob() {
    app.withJob("job", BEFORE);
    String before = app.getJob("job").asString();

    Json change =
        dryRun(
            "{\"processor\":{\"type\":\"shell\",\"command\":[\"true\"]},\"timeout\":\"PT60S\","
                + "\"trigger\":{\"every\":\"PT2H\"},\"parameters\":{\"a\":\"1\",\"b\":\"3\"}}");

    assertThat(change.getString("change")).isEqualTo("update");
    assertThat(change.getMaps("differences"))
        .containsExactly(
            Map.of("field", "parameters.b", "from", "2", "to", "3"),
            Map.of("field", "processor.command", "to", List.of("true")),
            Map.of("field", "processor.type", "from", "noop", "to", "shell"),
            Map.of("field", "timeout", "to", "PT1M"),
            Map.of("field", "trigger.every", "from", "PT1H", "to", "PT2H"));
    assertThat(app.getJob("job").asString()).isEqualTo(before);
  }

  @Test
  void listsNextFireTimesWithinTriggerBounds() {
    assertThat(
            fireTimes(
                "{\"cron\":\"0 30 2 * * *\",\"zone\":\"Europe/Berlin\","
                    + "\"from\":\"2096-06-01T00:00:00Z\",\"until\":\"2096-06-03T00:30:00Z\"}"))
        .containsExactly("2096-06-01T00:30:00Z", "2096-06-02T00:30:00Z", "2096-06-03T00:30:00Z");
    assertThat(fireTimes("{\"cron\":\"0 0 0 1 1 *\"}")).hasSize(6);
    assertThat(fireTimes("{\"at\":\"2096-10-26T00:00:00Z\"}"))
        .containsExactly("2096-10-26T00:00:00Z");
    assertThat(dryRun("{\"processor\":{\"type\":\"noop\"}}").getList("fireTimes")).isEmpty();
  }

  @Test
  void keepsFireTimesOfFixedRateUnlessPeriodChanges() {
    app.withJob("job", BEFORE);
    List<String> stored =
        app.asViewer()
            .get(app.path("/jobs/job/fire-times?count=6"))
            .as(Json.class)
            .getStrings("fireTimes");

    assertThat(dryRun(BEFORE).getStrings("fireTimes")).isEqualTo(stored);
    assertThat(
            dryRun(
                    BEFORE
                        .replace("\"b\":\"2\"", "\"b\":\"3\"")
                        .replace("{\"proc", "{\"enabled\":false,\"proc"))
                .getStrings("fireTimes"))
        .isEqualTo(stored);
    assertThat(fireTimes("{\"every\":\"PT2H\"}")).hasSize(6).noneMatch(stored::contains);
  }

  @Test
  void listsFirstFixedDelayFireAndAcceptsResponseAsDocument() {
    String delay = "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"delay\":\"PT1H\"}}";

    Response dry = put(delay, "true");
    assertThat(dry.as(Json.class).getList("fireTimes")).hasSize(1);
    Response written = put(dry.asString(), "false");
    assertThat(written.statusCode()).isEqualTo(201);
    assertThat(written.as(Json.class).getMap("")).doesNotContainKey("fireTimes");
  }

  @Test
  void refusesInvalidDocumentAndFailedPrecondition() {
    app.withJob("job", BEFORE);

    Refused.with(ErrorCode.INVALID, put("{\"processor\":{\"type\":\"magic\"}}", "true"))
        .at("processor.type");
    Refused.with(
        ErrorCode.PRECONDITION_FAILED,
        app.asOperator()
            .header("If-Match", "\"0-0\"")
            .body(BEFORE)
            .put(app.path("/jobs/job?dryRun=true")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "1", "", "flase"})
  void refusesNonBooleanDryRunParameterAndWritesNothing(String dryRun) {
    Refused.with(ErrorCode.INVALID, put(BEFORE, dryRun)).at("dryRun");

    Refused.with(ErrorCode.JOB_NOT_FOUND, app.getJob("job"));
  }

  @Test
  void refusesDryRunParameterWithoutValueAndWritesNothing() {
    Refused.with(ErrorCode.INVALID, app.asOperator().body(BEFORE).put(app.path("/jobs/job?dryRun")))
        .at("dryRun");

    Refused.with(ErrorCode.JOB_NOT_FOUND, app.getJob("job"));
  }

  @Test
  void writesJobWhenDryRunIsFalse() {
    assertThat(put(BEFORE, "false").statusCode()).isEqualTo(201);
  }

  private List<String> fireTimes(String trigger) {
    return dryRun("{\"processor\":{\"type\":\"noop\"},\"trigger\":" + trigger + "}")
        .getStrings("fireTimes");
  }

  private Json dryRun(String document) {
    return Json.of(put(document, "true"), 200);
  }

  private Response put(String document, String dryRun) {
    return app.asOperator().body(document).put(app.path("/jobs/job?dryRun=" + dryRun));
  }
}
