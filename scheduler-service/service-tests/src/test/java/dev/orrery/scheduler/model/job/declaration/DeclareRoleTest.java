package dev.orrery.scheduler.model.job.declaration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that a token with the role {@code declare} may make, and those that it may not. */
@QuarkusTest
class DeclareRoleTest {
  private static final String OWNER = "code.billing";

  private TestApp app;

  @BeforeEach
  void createAppWithJobThatNobodyDeclares() {
    app = TestApp.create().withJob("other");
    app.asOperator()
        .body("{\"owner\":\"" + OWNER + "\",\"jobs\":[" + job("of-file") + "]}")
        .post(app.path("/jobs:apply"))
        .then()
        .statusCode(200);
  }

  @Test
  void declaresRunsAndReadsOwnJobs() {
    assertThat(declare(1, "", job("own")).statusCode()).isEqualTo(200);
    assertThat(declare(2, ",\"renew\":true,\"keep\":[\"own\"]", job("new")).statusCode())
        .isEqualTo(200);

    Response single = app.asDeclarer().body("{}").post(app.path("/jobs/own/instances"));
    Response batch = run("{\"job\":\"own\"},{\"job\":\"new\",\"count\":2}");

    assertThat(single.statusCode()).isEqualTo(202);
    assertThat(batch.statusCode()).isEqualTo(202);
    String id = single.as(Json.class).getString("id");
    assertThat(read(id).as(Json.class).getString("state")).isEqualTo("WAITING");
    app.cancel(id);
    assertThat(read(id).as(Json.class).getString("state")).isEqualTo("CANCELED");
    List<String> roles =
        app.asViewer()
            .get(app.path("/jobs/own/versions"))
            .as(Json.class)
            .getStrings("items.author.role");
    assertThat(roles).containsOnly("declare");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "jobs":[OWN]                                                                | declaration            | A file without 'declaration' needs a token with the role operator.
          "prune":true,"declaration":{"version":"1"},"jobs":[OWN]                       | prune                  | 'prune', which deletes jobs
          "declaration":{"version":"1"},"jobs":[OWN,{"name":"s","processor":{"type":"shell","script":"id"}}] | jobs[1].processor.type | 'jobs[1].processor.type' other than java
          "declaration":{"version":"1"},"jobs":[{"name":"f","processor":{"type":"flow","nodes":[{"name":"n","job":"other"}]}}] | jobs[0].processor.type | other than java
          "declaration":{"version":"1"},"jobs":[{"name":"other","processor":{"type":"java","name":"x"}}] | `` | The app has 'other', which no application has declared.
          "declaration":{"version":"1"},"jobs":[{"name":"of-file","processor":{"type":"java","name":"x"}}] | `` | The app has 'of-file'
          "declaration":{"version":"1","keep":["of-file","other"]},"jobs":[OWN]         | ``                     | The app has 'of-file', 'other'
          """)
  void refusesApplyExceptDeclarationOfOwnJobs(String fields, String field, String detail) {
    String before = jobs();
    String body = "{\"owner\":\"" + OWNER + "\"," + fields.replace("OWN", job("own")) + "}";

    for (String query : List.of("", "?dryRun=true")) {
      Response response = app.asDeclarer().body(body).post(app.path("/jobs:apply" + query));

      Refused refused = Refused.with(ErrorCode.FORBIDDEN, response).saying(detail);
      if (!field.isEmpty()) {
        refused.at(field).saying("This one has the role declare.");
      }
    }
    assertThat(jobs()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"job\":\"other\"}", "{\"job\":\"own\"},{\"job\":\"other\"}"})
  void refusesRunsOfUndeclaredJobs(String entries) {
    declare(1, "", job("own"));

    Refused.with(ErrorCode.FORBIDDEN, run(entries))
        .at("job")
        .saying("No application has declared 'other'", "Use a token with the role operator.");

    assertThat(app.instancesOf("own")).isEmpty();
    assertThat(app.instancesOf("other")).isEmpty();
    Refused.with(
        ErrorCode.FORBIDDEN, app.asDeclarer().body("{}").post(app.path("/jobs/other/instances")));
    Refused.with(ErrorCode.JOB_NOT_FOUND, run("{\"job\":\"other\"},{\"job\":\"missing\"}"));
  }

  @Test
  void hidesRunsOfUndeclaredJobs() {
    String id = app.run("other");

    Refused.with(ErrorCode.INSTANCE_NOT_FOUND, read(id)).saying("There is no instance " + id + ".");
  }

  private Response declare(int version, String more, String... jobs) {
    return app.asDeclarer()
        .body(
            "{\"owner\":\"%s\",\"declaration\":{\"version\":\"%d\"%s},\"jobs\":[%s]}"
                .formatted(OWNER, version, more, String.join(",", jobs)))
        .post(app.path("/jobs:apply"));
  }

  private static String job(String name) {
    return "{\"name\":\"%s\",\"processor\":{\"type\":\"java\",\"name\":\"send\"}}".formatted(name);
  }

  private Response run(String entries) {
    return app.asDeclarer().body("{\"instances\":[" + entries + "]}").post(app.path("/instances"));
  }

  private Response read(String id) {
    return app.asDeclarer().get(TestApp.instancePath(id, ""));
  }

  private String jobs() {
    return app.asViewer().get(app.path("/jobs")).asString();
  }
}
