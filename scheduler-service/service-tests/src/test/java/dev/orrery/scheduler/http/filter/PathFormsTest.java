package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.RawHttp;
import dev.orrery.scheduler.testkit.RawHttp.Answer;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Forms of paths that the path-authorization bypasses of 2026 used. They are sent as bytes, because
 * clients that parse addresses cannot send all of them. {@code ClusterTest} tests those of the
 * cluster port.
 */
@QuarkusTest
class PathFormsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static String workerToken;

  @TestHTTPResource(management = true)
  URL management;

  @ParameterizedTest
  @MethodSource("dev.orrery.scheduler.testkit.RawHttp#ambiguousPaths")
  void refusesAmbiguousPathOnEveryPortForEveryCaller(String path) throws IOException {
    for (int port : ports()) {
      for (String token : tokens()) {
        for (String method : List.of("GET", "POST")) {
          Answer answer = RawHttp.request(port, method, path, token).withLength(new byte[0]);

          assertThat(answer.status()).as("%s on port %d: %s", path, port, answer).isEqualTo(400);
          assertThat(answer.mediaType()).isEqualTo(ProblemDetail.MEDIA_TYPE);
          JsonNode problem = JSON.readTree(answer.body());
          assertThat(problem.path("code").asText()).isEqualTo(ErrorCode.AMBIGUOUS_PATH.name());
          assertThat(problem.path("detail").asText()).startsWith("The path contains ");
        }
      }
    }
  }

  /** The HTTP server refuses most of these itself, without saying why. */
  @ParameterizedTest
  @ValueSource(
      strings = {"*", "api/v1/apps", "/api\\v1", "/api/v1/apps\u0000", "/api/v1/apps\u0001"})
  void refusesNonPathTargetOnEveryPortForEveryCaller(String target) throws IOException {
    for (int port : ports()) {
      for (String token : tokens()) {
        Answer answer = RawHttp.request(port, "OPTIONS", target, token).withLength(new byte[0]);

        assertThat(answer.status())
            .as("%s on port %d: %s", target, port, answer)
            .isIn(port == management.getPort() ? Set.of(400, 404) : Set.of(400));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/apps?limit=1&after=a;b%2F..%5C%00//",
        "http://localhost/api/v1/apps?limit=1",
        "/api/v1/apps?",
      })
  void exemptsQueryFromPathCheck(String target) throws IOException {
    Answer answer =
        RawHttp.request(RestAssured.port, "GET", target, Api.adminToken()).withLength(new byte[0]);

    assertThat(answer.body()).doesNotContain(ErrorCode.AMBIGUOUS_PATH.name());
    assertThat(answer.status()).isIn(200, 422);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/apps%20", "/api/v1%3Aapps", "/api/v1/apps%", "/api/v1/apps%zz"})
  void requiresTokenForUnusualPath(String path) throws IOException {
    Answer answer = RawHttp.request(RestAssured.port, "GET", path, null).withLength(new byte[0]);

    assertThat(answer.status()).as(answer.toString()).isIn(400, 401);
  }

  private List<Integer> ports() {
    return List.of(RestAssured.port, TestClient.port(), management.getPort());
  }

  /** None, an unknown one, an app's worker and the admin. */
  private static List<String> tokens() {
    if (workerToken == null) {
      workerToken = TestApp.create().token(TokenRole.WORKER);
    }
    return new ArrayList<>(Arrays.asList(null, "unknown", workerToken, Api.adminToken()));
  }
}
