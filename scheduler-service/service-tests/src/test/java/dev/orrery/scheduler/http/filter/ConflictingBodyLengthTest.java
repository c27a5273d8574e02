package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.RawHttp;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: other",
        "Host: localhost",
        "Transfer-Encoding: gzip, chunked",
      })
  void refusesHeaderThatProxyMayReadDifferently(String header) throws IOException {
    TestApp app = TestApp.create();
    String operator = app.token(TokenRole.OPERATOR);
    String worker = app.token(TokenRole.WORKER);

    for (RawHttp request :
        List.of(
            RawHttp.request(RestAssured.port, "PUT", app.path("/jobs/job"), operator),
            RawHttp.request(TestClient.port(), "POST", "/worker/v1/renew", worker))) {
      RawHttp.Answer answer = request.withHeader(header);
      assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
      assertThat(answer.mediaType()).isEqualTo("application/problem+json");
    }
  }

  @Test
  void refusesCompressedBodyAtWorkerPort() throws IOException {
    String worker = TestApp.create().token(TokenRole.WORKER);

    assertThat(
            RawHttp.request(TestClient.port(), "POST", "/worker/v1/renew", worker)
                .withHeader("Content-Encoding: gzip")
                .status())
        .isEqualTo(415);
  }

  @Test
  void namesBoundOfParameterThatIsTooLongToSelectBy() throws IOException {
    TestApp app = TestApp.create();
    String target = app.path("/instances") + "?parameter=order:" + "x".repeat(9_000);

    RawHttp.Answer answer =
        RawHttp.request(RestAssured.port, "GET", target, app.token(TokenRole.OPERATOR))
            .withLength(new byte[0]);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.toString()).contains("0 to 1000 characters");
  }
}
