package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks that invalid job documents are refused at the right field, and leave the job unchanged.
 */
@QuarkusTest
class JobRefusalTest {
  private static final String JOB = "kept";
  private static TestApp app;
  private String before;

  @BeforeEach
  void prepare() {
    if (app == null) {
      app = TestApp.create().withJob(JOB);
    }
    before = app.getJob(JOB).asString();
  }

  @AfterEach
  void nothingWasChanged() {
    assertThat(app.getJob(JOB).asString()).isEqualTo(before);
    assertThat(app.asViewer().get(app.path("/jobs")).as(Json.class).getList("items.name"))
        .containsExactly(JOB);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name                | "name": "other"
          retry.maxAttempts   | "retry": {"maxAttempts": 0}
          requiredTags[1]         | "requiredTags": ["gpu", "a tag"]
          parameters.key      | "parameters": {"key": "nul \\u0000"}
          parameters.key      | "parameters": {"key": "half \\ud83d"}
          """)
  void refusesInvalidValueAndNamesField(String field, String member) {
    Response response = app.putJob(JOB, "{\"processor\":{\"type\":\"noop\"}," + member + "}");

    Refused.with(ErrorCode.INVALID, response).at(field).saying("'" + field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          parameters.key      | "parameters": {"key": 1}
          retry               | "retry": 3
          """)
  void refusesWrongJsonTypeAndNamesField(String field, String member) {
    Response response = app.putJob(JOB, "{\"processor\":{\"type\":\"noop\"}," + member + "}");

    Refused.with(ErrorCode.MALFORMED, response).at(field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          trigger.cron   | {"cron": "0 0 3 L-31 * *"}
          trigger.cron   | {"cron": "0 0 3 * * 1"}
          trigger.cron   | {"cron": "0 0 3 13 * FRI"}
          trigger.cron   | {"cron": "0 0 3 13 * FRI", "dialect": "quartz"}
          trigger.cron   | {"cron": "0 0 3 1 1 ? 2020"}
          trigger.cron   | {"cron": "0 0 3 1 1 ? 9999"}
          trigger.cron   | {"cron": "0 0 0 30 2 *"}
          trigger.every  | {"every": "PT7M", "within": {"from": "00:00", "to": "23:59:59"}}
          trigger.until  | {"every": "PT1H", "within": {"from": "09:00", "to": "10:00"}, "until": "2020-01-01T00:00:00Z"}
          trigger.at     | {"at": "2020-01-01T00:00:00Z"}
          trigger.until  | {"every": "PT1H", "until": "2020-01-01T00:00:00Z"}
          trigger.until  | {"cron": "0 0 3 * * *", "from": "2127-01-02T00:00:00Z", "until": "2127-01-01T00:00:00Z"}
          """)
  void refusesInvalidOrNeverFiringTriggerAndNamesField(String field, String trigger) {
    Response response =
        app.putJob(JOB, "{\"processor\":{\"type\":\"noop\"},\"trigger\":" + trigger + "}");

    Refused.with(ErrorCode.INVALID, response).at(field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          processor.type    | {"processor": {"type": "magic"}}
          """)
  void refusesInvalidProcessorAndNamesField(String field, String document) {
    Refused.with(ErrorCode.INVALID, app.putJob(JOB, document)).at(field);
  }

  @Test
  void listsAllDocumentErrorsInProblem() {
    Response response =
        app.putJob(JOB, "{\"processor\":{\"type\":\"magic\"},\"priority\":10,\"timeuot\":\"5m\"}");

    Refused refused = Refused.with(ErrorCode.INVALID, response).at("processor.type");
    assertThat(refused.problem().getStrings("errors.field"))
        .containsExactly("processor.type", "priority", "timeuot");
    assertThat(refused.problem().getString("errors[0].message"))
        .isEqualTo(refused.problem().getString("detail"));
    assertThat(refused.problem().getString("errors[2].message"))
        .contains("Did you mean 'timeout'?");
  }

  @Test
  void refusesParametersOver64KiB() {
    String document =
        "{\"processor\":{\"type\":\"noop\"},\"parameters\":{\"a\":\"%s\"}}"
            .formatted("ä".repeat(32 * 1024));

    Refused.with(ErrorCode.INVALID, app.putJob(JOB, document)).at("parameters").saying("64 KiB");
  }

  @Test
  void refusesJobOver256KiB() {
    String headers =
        IntStream.range(0, 40)
            .mapToObj(i -> "\"A%d\":\"%s\"".formatted(i, "x".repeat(8 * 1024)))
            .collect(Collectors.joining(","));
    String document =
        "{\"processor\":{\"type\":\"http\",\"url\":\"http://h/\",\"headers\":{" + headers + "}}}";
    String file = "{\"jobs\":[" + document.replaceFirst("\\{", "{\"name\":\"large\",") + "]}";

    Refused.with(ErrorCode.INVALID, app.putJob(JOB, document))
        .at("processor")
        .saying("at most 262144");
    Refused.with(ErrorCode.INVALID, app.putJob(JOB + "?dryRun=true", document)).at("processor");
    Refused.with(ErrorCode.INVALID, app.asOperator().body(file).post(app.path("/jobs:apply")))
        .at("jobs[0].processor")
        .saying("'jobs[0].processor' is too long");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"processor\":{\"type\":\"noop\"}",
        "{processor: noop}",
        "[]",
        "\"noop\"",
        "17",
      })
  void refusesNonObjectBodyAsMalformed(String body) {
    Refused.with(ErrorCode.MALFORMED, app.putJob(JOB, body));
  }

  @Test
  void refusesDeeplyNestedBodyAsMalformed() {
    Refused.with(ErrorCode.MALFORMED, app.putJob(JOB, "[".repeat(1500)));
  }

  @Test
  void refusesNonJsonMediaType() {
    Refused.with(
        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
        app.asOperator().contentType(ContentType.TEXT).body("{}").put(app.path("/jobs/" + JOB)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%20b", "%C3%A4", "a:b"})
  void refusesInvalidName(String name) {
    Refused.with(ErrorCode.INVALID, app.putJob(name, "{\"processor\":{\"type\":\"noop\"}}"))
        .at("name");
  }

  @Test
  void refusesNameOver100Characters() {
    Refused.with(
            ErrorCode.INVALID, app.putJob("n".repeat(101), "{\"processor\":{\"type\":\"noop\"}}"))
        .at("name");
  }
}
