package dev.orrery.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.api.Route.Access;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a viewer reads of a job whose header holds a secret. */
@QuarkusTest
class ViewerSecretsTest {
  private static final String SECRET = "sesame-4711";
  private static final String MASK = "\"Authorization\":\"***\"";
  private static final String CALL =
      "{\"processor\":{\"type\":\"http\",\"url\":\"https://h\",\"headers\":"
          + "{\"Authorization\":\"Bearer %s\",\"Accept\":\"text/csv\"}},"
          + "\"trigger\":{\"every\":\"P1D\"}}";

  private static TestApp app;
  private static String instance;

  @BeforeEach
  void prepareOnce() {
    if (app == null) {
      app = TestApp.create().withJob("call", CALL.formatted(SECRET));
      instance = app.run("call");
    }
  }

  static Stream<Route> reads() {
    return Route.ALL.stream()
        .filter(route -> route.method().equals("GET"))
        .filter(route -> route.access() == Access.VIEWER || route.access() == Access.ANY);
  }

  @ParameterizedTest
  @MethodSource("reads")
  void noReadOfAViewerShowsTheSecret(Route route) {
    String path =
        route
            .path()
            .replace("{app}", app.name())
            .replace("{job}", "call")
            .replace("{id}", instance);

    assertThat(app.asViewer().get(path).asString()).doesNotContain(SECRET);
  }

  @Test
  void nameOfTheHeaderAndHarmlessOnesAreShown() {
    for (String path : new String[] {"/jobs/call", "/jobs", "/jobs/call/versions"}) {
      assertThat(app.asViewer().get(app.path(path)).asString())
          .contains(MASK, "\"Accept\":\"text/csv\"");
    }
  }

  @Test
  void operatorsReadWhatTheyWrote() {
    for (String path : new String[] {"/jobs/call", "/jobs", "/jobs/call/versions"}) {
      assertThat(app.asOperator().get(app.path(path)).asString()).contains("Bearer " + SECRET);
    }
  }

  @Test
  void documentThatAViewerExportedReplacesNoSecret() {
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
