package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.RawHttp;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * Checks that a body with two lengths is refused. A proxy could see another end of the body than
 * the scheduler, which would take the rest for the request of another client.
 */
@QuarkusTest
class ConflictingBodyLengthTest {
  @Test
  void refusesContentLengthCombinedWithChunkedEncoding() throws IOException {
    TestApp app = TestApp.create();
    String operator = app.token(TokenRole.OPERATOR);
    String worker = app.token(TokenRole.WORKER);

    assertThat(
            RawHttp.request(RestAssured.port, "PUT", app.path("/jobs/job"), operator)
                .withTwoLengths()
                .status())
        .isEqualTo(400);
    assertThat(
            RawHttp.request(TestClient.port(), "POST", "/worker/v1/renew", worker)
                .withTwoLengths()
                .status())
        .isEqualTo(400);
  }
}
