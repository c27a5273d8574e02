package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.RawHttp;
import dev.orrery.scheduler.testkit.RawHttp.Answer;
import dev.orrery.scheduler.testkit.RawHttp.Begun;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A slow body occupies no thread, and its connection is closed in the end. */
@QuarkusTest
@Tag("thorough")
class SlowBodyTest {
  /** More than the threads of the API. */
  private static final int CONNECTIONS = 250;

  /** The framework reads a body of this size on a thread of the API. */
  private static final int LENGTH = 20_000;

  private static final int MIB = 1024 * 1024;
  private static final byte[] JOB = padded("{\"processor\":{\"type\":\"noop\"}}");

  private final List<Begun> slow = new ArrayList<>();
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("quick");
  }

  @AfterEach
  void close() throws IOException {
    for (Begun one : slow) {
      one.close();
    }
  }

  @Test
  void keepsThreadsFreeDuringSlowBodiesOfApp() throws IOException {
    for (int n = 0; n < CONNECTIONS; n++) {
      begin("PUT", "/jobs/slow-" + n, JOB);
    }

    TestApp other = TestApp.create().withJob("job");

    assertThat(other.getJob("job").statusCode()).isEqualTo(200);
    assertThat(slow.get(0).complete().status()).isEqualTo(201);
    assertThat(slow.get(CONNECTIONS - 1).complete().status()).isEqualTo(201);
  }

  @Test
  void keepsThreadsFreeDuringSlowSubmissionsAndMessages() throws IOException {
    byte[] report = padded("{\"session\":\"" + app.worker().session() + "\"}");
    for (int n = 0; n < CONNECTIONS; n++) {
      begin("POST", "/instances", padded("{\"instances\":[{\"job\":\"quick\"}]}"));
      slow.add(
          RawHttp.request(
                  TestClient.port(), "POST", "/worker/v1/report", app.token(TokenRole.WORKER))
              .begin(report, LENGTH - 1));
    }

    TestApp other = TestApp.create().withJob("job");

    assertThat(other.getJob("job").statusCode()).isEqualTo(200);
    assertThat(slow.get(0).complete().status()).isEqualTo(202);
    assertThat(slow.get(1).complete().status()).isEqualTo(200);
  }

  @Test
  void refusesBodyNotReceivedInTime() throws IOException {
    begin("PUT", "/jobs/late", JOB);
    slow.add(
        RawHttp.request(RestAssured.port, "PUT", app.path("/idle"), app.token(TokenRole.OPERATOR))
            .begin(new byte[MIB], 1));

    Answer answer = slow.get(0).answer();

    // A worker sends a report again then; after MALFORMED it would drop it.
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.body()).contains("OVERLOADED", "The body did not arrive within 11 s");
    assertThat(slow.get(0).socket().getInputStream().read()).as("closed").isEqualTo(-1);
    assertThat(app.getJob("late").statusCode()).isEqualTo(404);
    assertThat(slow.get(1).answer().body())
        .as("the declared length gives no time")
        .contains("The body did not arrive within 10 s");
  }

  private void begin(String method, String path, byte[] body) throws IOException {
    slow.add(
        RawHttp.request(RestAssured.port, method, app.path(path), app.token(TokenRole.OPERATOR))
            .begin(body, LENGTH - 1));
  }

  private static byte[] padded(String json) {
    return (" ".repeat(LENGTH - json.length()) + json).getBytes(StandardCharsets.UTF_8);
  }
}
