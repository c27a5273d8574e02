package dev.orrery.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class NotAllowedTest {
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /api/v1/apps",
    "POST, /api/v1/apps",
    "POST, /api/v1/apps/any",
    "PATCH, /api/v1/apps/any",
    "POST, /api/v1/apps/any/jobs",
    "POST, /api/v1/schemas/job-file",
    "GET, /api/v1/apps/any/jobs:apply",
    "PUT, /api/v1/apps/any/jobs:apply",
    "PATCH, /api/v1/apps/any/jobs/any",
    "GET, /api/v1/apps/any/jobs/any/instances",
    "DELETE, /api/v1/apps/any/instances",
    "DELETE, /api/v1/instances/1",
    "GET, /api/v1/instances/1/cancel",
    "TRACE, /api/v1/apps",
    "GET, /discovery/v1",
  })
  void refusesUnsupportedMethodOfPath(String method, String path) {
    Refused.with(ErrorCode.METHOD_NOT_ALLOWED, app.asOperator().request(method, path));
  }

  /** RFC 9110 requires the header Allow. */
  @Test
  void listsDocumentedMethodsInAllowHeader() {
    JsonNode paths =
        Api.asAdmin().accept(ContentType.JSON).get("/q/openapi").as(JsonNode.class).path("paths");
    for (Map.Entry<String, JsonNode> path : paths.properties()) {
      Set<String> methods = new TreeSet<>(Set.of("OPTIONS"));
      path.getValue()
          .fieldNames()
          .forEachRemaining(method -> methods.add(method.toUpperCase(Locale.ROOT)));
      if (methods.contains("GET")) {
        methods.add("HEAD");
      }
      String allowed = String.join(", ", methods);
      String target = path.getKey().replaceAll("\\{\\w+}", "1");

      Response refused = Api.asAdmin().request("PATCH", target);

      Refused.with(ErrorCode.METHOD_NOT_ALLOWED, refused)
          .saying("This path does not take PATCH. It takes " + allowed + ".");
      assertThat(refused.header("Allow")).as(target).isEqualTo(allowed);
      assertThat(Api.asAdmin().options(target).header("Allow")).as(target).isEqualTo(allowed);
    }
    assertThat(paths.size()).isGreaterThan(40);
  }

  @Test
  void allowsOnlyPostForWorkerOperations() {
    for (WorkerOperation<?, ?> verb : WorkerOperation.ALL) {
      for (String method : new String[] {"GET", "PUT", "DELETE"}) {
        Response refused =
            Api.as(app.token(TestApp.TokenRole.WORKER))
                .port(TestClient.port())
                .request(method, verb.path());

        Refused.with(ErrorCode.METHOD_NOT_ALLOWED, refused);
        assertThat(refused.header("Allow")).isEqualTo("OPTIONS, POST");
      }
    }
  }
}
