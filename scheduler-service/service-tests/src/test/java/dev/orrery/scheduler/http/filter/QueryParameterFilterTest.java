package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.RawHttp;
import dev.orrery.scheduler.testkit.RawHttp.Answer;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Query parameters that a route refuses. */
@QuarkusTest
class QueryParameterFilterTest {
  private static final String UNKNOWN = "noSuchParameter";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /apps/{app}/instances    | stat=FAILED | stat | Did you mean 'state'? Known here: job, state, createdFrom,
          /apps/{app}/jobs         | limt=5      | limt | Did you mean 'limit'?
          /workers                 | tag=x       | tag  | Unknown query parameter 'tag'. Known here: app, limit, after.
          /apps/{app}              | limit=5     | limit | This call has none.
          /cron/fire-times         | cron=@daily&zon=UTC | zon | Did you mean 'zone'?
          """)
  void refusesUnknownParameterAndSuggestsSimilarName(
      String path, String query, String field, String message) {
    TestApp app = TestApp.create();

    Response response =
        app.asViewer().get(Api.V1 + path.replace("{app}", app.name()) + "?" + query);

    Refused.with(ErrorCode.INVALID, response).at(field).saying(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/apps?limit=1&limit=2",
        "/apps?limit=1&limit=1",
        "/workers?after=a&limit=1&after=b",
        "/instances/1/logs?follow=true&follow=false"
      })
  void refusesRepeatedParameter(String call) {
    Refused.with(ErrorCode.INVALID, Api.asAdmin().get(Api.V1 + call)).saying("must be given once");
  }

  /** A shell variable that was not set. */
  @ParameterizedTest
  @CsvSource({
    "state, /apps/{app}/instances?state=",
    "job, /apps/{app}/instances?state=FAILED&job=",
    "createdFrom, /apps/{app}/instances?createdFrom=",
    "limit, /apps/{app}/jobs?limit=",
    "after, /apps/{app}/jobs?after=",
    "job, /apps/{app}/job-statistics?job=a&job=",
    "zone, /cron/fire-times?cron=@daily&zone=",
    "state, /apps/{app}/instances?state",
  })
  void refusesEmptyQueryParameter(String field, String call) {
    TestApp app = TestApp.create();

    Refused.with(ErrorCode.INVALID, app.asViewer().get(Api.V1 + call.replace("{app}", app.name())))
        .at(field)
        .saying("'" + field + "' must not be empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/xml", "text/html"})
  void refusesAcceptHeaderWithoutJson(String accept) {
    Refused.with(
        ErrorCode.NOT_ACCEPTABLE, Api.asAdmin().header("Accept", accept).get(Api.V1 + "/apps"));
  }

  @Test
  void acceptsProblemMediaTypeAsJson() {
    TestApp app = TestApp.create().withJob("job");
    RequestSpecification request = app.asOperator().header("Accept", ProblemDetail.MEDIA_TYPE);

    assertThat(request.get(app.path("/jobs/job")).contentType()).startsWith("application/json");
    assertThat(request.delete(app.path("/jobs/job")).statusCode()).isEqualTo(204);
    Refused.with(ErrorCode.JOB_NOT_FOUND, request.delete(app.path("/jobs/job")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/apps?after=%00", "/workers?after=a%00", "/cron/fire-times?cron=@daily&zone=%00"})
  void refusesNullCharacter(String call) {
    Refused.with(ErrorCode.INVALID, Api.asAdmin().get(Api.V1 + call)).saying("U+0000");
  }

  @Test
  void returnsBadRequestForUndecodableQuery() throws IOException {
    Answer answer =
        RawHttp.request(RestAssured.port, "GET", Api.V1 + "/apps?x=%zz", Api.adminToken())
            .withLength(new byte[0]);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.mediaType()).isEqualTo(ProblemDetail.MEDIA_TYPE);
    assertThat(answer.body())
        .contains("\"code\":\"MALFORMED\"")
        .contains("The address is not valid at '%zz': ");
  }

  /** A newer worker may send more to the worker API. */
  @Test
  void refusesUnknownParametersExceptOnWorkerApi() {
    List<String> taken = new ArrayList<>();
    JsonNode paths = openApi().path("paths");
    paths
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          Response response =
                              callerOf(path.getKey())
                                  .body("{}")
                                  .request(
                                      method.toUpperCase(java.util.Locale.ROOT),
                                      path.getKey().replaceAll("\\{\\w+}", "1")
                                          + "?"
                                          + UNKNOWN
                                          + "=1");
                          boolean refused = response.asString().contains("'" + UNKNOWN + "'");
                          if (refused != path.getKey().startsWith(Api.V1)) {
                            taken.add(method + " " + path.getKey() + ": " + response.asString());
                          }
                        }));

    assertThat(paths).isNotEmpty();
    assertThat(taken).isEmpty();
  }

  @Test
  void acceptsAllDocumentedParameters() {
    List<String> refused = new ArrayList<>();
    openApi()
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .path("get")
                    .path("parameters")
                    .forEach(
                        parameter -> {
                          String name = parameter.path("name").asText();
                          if (parameter.path("in").asText().equals("query")) {
                            Response response =
                                Api.asAdmin()
                                    .get(
                                        path.getKey().replaceAll("\\{\\w+}", "1")
                                            + "?"
                                            + name
                                            + "=");
                            if (response.asString().contains("Unknown query parameter")) {
                              refused.add(path.getKey() + " " + name);
                            }
                          }
                        }));

    assertThat(refused).isEmpty();
  }

  @Test
  void acceptsManuallyParsedParameters() {
    TestApp app = TestApp.create().withJob("kept");

    assertThat(
            app.asOperator()
                .body("{\"processor\":{\"type\":\"noop\"}}")
                .put(app.path("/jobs/kept?dryRun=true"))
                .statusCode())
        .isEqualTo(200);
    String instance =
        app.asOperator().post(app.path("/jobs/kept/instances")).jsonPath().getString("id");
    assertThat(
            app.asViewer()
                .get(Api.V1 + "/instances/" + instance + "/logs?follow=false")
                .statusCode())
        .isEqualTo(200);
    assertThat(Api.asAdmin().delete(app.path("?withContents=true")).statusCode()).isEqualTo(204);
  }

  @Test
  void hidesParameterErrorsFromCallerWithoutToken() {
    Refused.with(
        ErrorCode.UNAUTHENTICATED, Api.withoutToken().get(Api.V1 + "/workers?" + UNKNOWN + "=1"));
  }

  private static RequestSpecification callerOf(String path) {
    return path.startsWith(Api.V1)
        ? Api.asAdmin()
        : Api.as(TestApp.create().token(TestApp.TokenRole.WORKER));
  }

  private static JsonNode openApi() {
    return Api.asAdmin().accept(ContentType.JSON).get("/q/openapi").as(JsonNode.class);
  }
}
