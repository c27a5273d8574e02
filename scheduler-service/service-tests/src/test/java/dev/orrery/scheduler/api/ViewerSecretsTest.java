package dev.orrery.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.api.Route.Access;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that a viewer cannot read a secret in a header of a job. */
@QuarkusTest
class ViewerSecretsTest {
  private static final String SECRET = "sesame-4711";
  private static final String MASK = "\"Authorization\":\"***\"";
  private static final String CALL =
      "{\"processor\":{\"type\":\"http\",\"url\":\"https://h\",\"headers\":"
          + "{\"Authorization\":\"Bearer %s\",\"Accept\":\"text/csv\"}},"
          + "\"trigger\":{\"every\":\"P1D\"}}";

  /** Accepts the response that another caller of the same role got. */
  private static final String SHARED = "max-age=60";

  private static TestApp app;
  private static String instance;
  private static String backfill;

  @BeforeEach
  void prepareOnce() {
    if (app == null) {
      app = TestApp.create().withJob("call", CALL.formatted(SECRET));
      app.asOperator().body("{}").put(app.path("/powerjob")).then().statusCode(200);
      instance = app.run("call");
      backfill =
          app.asOperator()
              .body("{\"from\":\"%s\"}".formatted(Instant.now().minus(Duration.ofHours(1))))
              .post(app.path("/jobs/call/backfills"))
              .then()
              .statusCode(202)
              .extract()
              .path("id");
    }
  }

  static Stream<Route> reads() {
    return Route.ALL.stream()
        .filter(route -> route.method().equals("GET"))
        .filter(route -> route.access() == Access.VIEWER || route.access() == Access.ANY);
  }

  @ParameterizedTest
  @MethodSource("reads")
  void hidesSecretFromViewerInEveryRead(Route route) {
    String path = path(route);
    Response operators = withShared(app.asOperator()).get(path);

    assertThat(operators.statusCode()).as(operators.asString()).isEqualTo(200);
    assertWithoutSecret(app.asViewer().get(path));
    assertWithoutSecret(withShared(app.asViewer()).get(path));
  }

  private static String path(Route route) {
    String path =
        route
            .path()
            .replace("{app}", app.name())
            .replace("{job}", "call")
            .replace("/backfills/{id}", "/backfills/" + backfill)
            .replace("{id}", instance);
    return path.endsWith("/cron/fire-times") ? path + "?cron=@daily" : path;
  }

  private static RequestSpecification withShared(RequestSpecification caller) {
    return caller.header(HttpHeaders.CACHE_CONTROL, SHARED);
  }

  private static void assertWithoutSecret(Response read) {
    assertThat(read.statusCode()).as(read.asString()).isEqualTo(200);
    assertThat(read.asString()).doesNotContain(SECRET);
  }

  @Test
  void showsHeaderNamesAndHarmlessValuesToViewer() {
    for (String path : new String[] {"/jobs/call", "/jobs", "/jobs/call/versions"}) {
      assertThat(app.asViewer().get(app.path(path)).asString())
          .contains(MASK, "\"Accept\":\"text/csv\"");
    }
  }

  @Test
  void showsUnredactedDocumentToOperator() {
    for (String path : new String[] {"/jobs/call", "/jobs", "/jobs/call/versions"}) {
      assertThat(app.asOperator().get(app.path(path)).asString()).contains("Bearer " + SECRET);
    }
  }

  @Test
  void refusesViewerExportThatWouldOverwriteSecret() {
    String exported = app.getJob("call").asString();

    Response put = app.putJob("call", exported);
    Response applied =
        app.asOperator().body("{\"jobs\":[" + exported + "]}").post(app.path("/jobs:apply"));

    Refused.with(ErrorCode.INVALID, put)
        .at("processor.headers.Authorization")
        .saying("'***'", "with a token of the role operator");
    Refused.with(ErrorCode.INVALID, applied).at("jobs[0].processor.headers.Authorization");
    assertThat(app.asOperator().get(app.path("/jobs/call")).asString()).contains(SECRET);
  }
}
