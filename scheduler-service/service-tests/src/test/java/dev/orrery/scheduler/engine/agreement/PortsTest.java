package dev.orrery.scheduler.engine.agreement;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.RawHttp;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URL;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks which paths each port serves. */
@QuarkusTest
class PortsTest {
  @TestHTTPResource(management = true)
  URL management;

  @Inject Router router;
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/favicon.ico",
        "/q",
        "/q/health",
        "/q/metrics",
        "/q/swagger-ui",
        "/q/dev-ui",
        "/q/arc",
        "/q/openapi",
        "/api/v1",
        "/api/v1/nothing",
        "/api/v1/apps/",
        "/api/v1/Apps",
        "/worker/v1/nothing",
      })
  void requiresTokenForAnyPathOnApiPort(String path) {
    Refused.with(ErrorCode.UNAUTHENTICATED, Api.withoutToken().get(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"OPTIONS", "TRACE", "PATCH", "HEAD", "BREW"})
  void requiresTokenForAnyMethodOnApiPort(String method) {
    assertThat(Api.withoutToken().request(method, "/api/v1/apps").statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/q/health", "/q/metrics", "/api/v1", "/api/v1/Apps", "/api/v2/apps"})
  void answersNotFoundForUnknownPathOnApiPort(String path) {
    Refused.with(ErrorCode.NOT_FOUND, Api.asAdmin().get(path));
  }

  @Test
  void routesOnlyResourcesConsoleAndOpenApiDocument() {
    // The generated document is below "/q/", in tests only.
    assertThat(router.getRoutes().stream().map(Route::getPath))
        .containsOnly(null, "/", "/console", "/q/openapi", "/q/");
  }

  @Test
  void servesDiscoveryOnApiPort() {
    DiscoveryResponse answer =
        Api.as(app.token(TokenRole.WORKER))
            .body(app.workerLike().offer())
            .post(WorkerOperation.DISCOVERY.path())
            .then()
            .statusCode(200)
            .extract()
            .as(DiscoveryResponse.class);

    assertThat(answer.active())
        .containsExactly(
            new DiscoveryResponse.Endpoint(Protocol.HTTP, "http://localhost:" + TestClient.port()));
  }

  @Test
  void answersNotFoundForWorkerApiOnApiPort() {
    for (WorkerOperation<?, ?> verb : WorkerOperation.ALL) {
      if (!verb.equals(WorkerOperation.DISCOVERY)) {
        Refused.with(
                ErrorCode.NOT_FOUND,
                Api.as(app.token(TokenRole.WORKER)).body("{}").post(verb.path()))
            .saying("port of the protocol http", "/discovery/v1");
      }
    }
  }

  @Test
  void servesDiscoveryOnProtocolPort() {
    TestClient wire = new TestClient(app.token(TokenRole.WORKER));

    DiscoveryResponse answer = wire.ask(WorkerOperation.DISCOVERY, app.workerLike().offer());

    assertThat(answer.active())
        .extracting(DiscoveryResponse.Endpoint::protocol)
        .containsExactly(Protocol.HTTP);
    assertThat(answer.minVersion()).isEqualTo(1);
    assertThat(answer.maxVersion()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/api/v1/apps",
        "/api/v1/protocol",
        "/q/openapi",
        "/q/health",
        "/q/health/ready",
        "/q/metrics",
        "/worker/v1",
        "/worker/v1/nothing",
        "/worker/v1/poll/",
      })
  void answersNotFoundForUnservedPathsOnProtocolPort(String path) {
    int port = TestClient.port();

    Refused.with(ErrorCode.NOT_FOUND, Api.asAdmin().port(port).get(path));
    Refused.with(
        ErrorCode.NOT_FOUND, Api.as(app.token(TokenRole.WORKER)).port(port).body("{}").post(path));
    Refused.with(ErrorCode.NOT_FOUND, Api.withoutToken().port(port).get(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/q/health",
        "/q/health/live",
        "/q/health/ready",
        "/q/health/started",
        "/q/health/group/agreement"
      })
  void servesHealthWithoutTokenOnManagementPort(String path) {
    Response response = given().port(management.getPort()).get(path);

    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    assertThat(response.as(Json.class).getString("status")).isEqualTo("UP");
  }

  @Test
  void servesMetricsWithoutTokenOnManagementPort() {
    Response response = given().port(management.getPort()).get("/q/metrics");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.asString()).contains("orrery_instances", "jvm_threads");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/q",
        "/q/openapi",
        "/q/swagger-ui",
        "/q/dev-ui",
        "/q/arc",
        "/api/v1/apps",
        "/discovery/v1",
        "/worker/v1/poll"
      })
  void answersNotFoundForUnservedPathsOnManagementPort(String path) {
    int port = management.getPort();

    assertThat(Api.asAdmin().port(port).get(path).statusCode()).isEqualTo(404);
    assertThat(Api.asAdmin().port(port).body("{}").post(path).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "URI_TOO_LONG      | /?x=$30000 | A: b            | fewer or shorter values",
        "URI_TOO_LONG      | /?x=$3000000 | A: b          | fewer or shorter values",
        "HEADERS_TOO_LARGE | /          | A: $30000       | is the token right?",
        "HEADERS_TOO_LARGE | /          | A$30000: b      | is the token right?",
        "MALFORMED         | /          | A\0: b         | a header cannot be read",
        "MALFORMED         | /          | no colon        | a header cannot be read",
        "MALFORMED         | /          | A b: c          | a header cannot be read",
        "MALFORMED         | / HTTP/x   | A: b            | is not HTTP/1.1",
      })
  void refusesUnreadableRequestOfAnyPortWithProblem(
      ErrorCode code, String target, String header, String detail) throws IOException {
    for (int port : List.of(RestAssured.port, TestClient.port(), management.getPort())) {
      RawHttp.Answer answer =
          RawHttp.withHeaders(port, "GET", repeated(target), repeated(header) + "\r\n")
              .withHeader("");

      assertThat(answer.status()).as(answer + " of " + port).isEqualTo(code.status());
      assertThat(answer.mediaType()).isEqualTo(ProblemDetail.MEDIA_TYPE);
      assertThat(answer.body()).contains("\"code\":\"" + code + "\"", detail);
    }
  }

  /** Replaces a number of characters by as many. */
  private static String repeated(String text) {
    return Pattern.compile("\\$(\\d+)")
        .matcher(text.replace("\\0", "\0"))
        .replaceAll(number -> "x".repeat(Integer.parseInt(number.group(1))));
  }
}
