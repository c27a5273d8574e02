package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.RawHttp;
import dev.orrery.scheduler.testkit.RawHttp.Answer;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checks that an empty header is refused, so that an unset variable in a script does not switch off
 * the protection of a call.
 */
@QuarkusTest
class ProtectiveHeaderFilterTest {
  private static final String JOB = "{\"processor\":{\"type\":\"noop\"},\"priority\":9}";

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Idempotency-Key | POST   | /jobs/job/instances
          Idempotency-Key | POST   | /instances:retry
          If-Match        | PUT    | /jobs/job
          If-Match        | DELETE | /jobs/job
          If-None-Match   | PUT    | /jobs/job
          """)
  void refusesEmptyOrRepeatedConditionalHeader(String name, String method, String path)
      throws IOException {
    String body = method.equals("PUT") ? JOB : method.equals("POST") ? "{\"all\":true}" : "";
    String value = "\"1-1\"";
    for (String headers :
        new String[] {
          name + ":\r\n", name + ": \t\r\n", (name + ": " + value + "\r\n").repeat(2)
        }) {
      Answer answer = call(method, path, headers, path.endsWith("instances") ? "{}" : body);

      assertThat(answer.status()).as(answer.body()).isEqualTo(422);
      assertThat(answer.body())
          .contains("The header " + name + " must ", "\"field\":\"" + name + "\"");
    }
    assertThat(app.instancesOf("job")).isEmpty();
    assertThat(app.getJob("job").jsonPath().getInt("priority")).isEqualTo(5);
  }

  @Test
  void acceptsIdempotencyKeyHeaderWithValue() throws IOException {
    Answer answer = call("POST", "/jobs/job/instances", "Idempotency-Key: once\r\n", "{}");

    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
  }

  private Answer call(String method, String path, String headers, String body) throws IOException {
    return RawHttp.withHeaders(
            RestAssured.port,
            method,
            ApiPath.V1 + "/apps/" + app.name() + path,
            headers
                + "Content-Type: application/json\r\nAuthorization: Bearer "
                + Api.adminToken()
                + "\r\n")
        .withLength(body.getBytes(StandardCharsets.UTF_8));
  }
}
