package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.scheduler.testkit.RawHttp;
import dev.orrery.scheduler.testkit.RawHttp.Answer;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Body limits: 1 MiB on the API port, and 16 MiB for a batch; on the port of the protocol {@code
 * http} 4 MiB for reports and logs, and 512 KiB for other messages.
 */
@QuarkusTest
class BodyLimitTest {
  private static final int API_LIMIT = 1024 * 1024;
  private static final int BATCH_LIMIT = 16 * 1024 * 1024;
  private static final String JOB = "{\"processor\":{\"type\":\"noop\"}}";

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @Test
  void acceptsSmallChunkedBodySentWithHeader() throws IOException {
    assertThat(put(app.token(TokenRole.OPERATOR)).inOnePacket(JOB).status()).isEqualTo(201);
    assertThat(message("renew").inOnePacket(ofSession()).status()).isEqualTo(200);
  }

  @Test
  void acceptsBodyAtApiPortLimit() throws IOException {
    assertThat(put(app.token(TokenRole.OPERATOR)).withLength(padded(JOB, API_LIMIT)).status())
        .isEqualTo(201);
  }

  @Test
  void refusesOversizedBodyOnApiPort() throws IOException {
    requireTooLarge(put(app.token(TokenRole.OPERATOR)).withLengthOnly(API_LIMIT + 1L));
    requireTooLarge(put(app.token(TokenRole.OPERATOR)).withLengthOnly(Long.MAX_VALUE));

    Refused.with(ErrorCode.JOB_NOT_FOUND, app.getJob("big"));
  }

  @Test
  void refusesOversizedChunkedBodyOnApiPort() throws IOException {
    requireTooLarge(put(app.token(TokenRole.OPERATOR)).inChunks(padded(JOB, API_LIMIT + 1)));

    Refused.with(ErrorCode.JOB_NOT_FOUND, app.getJob("big"));
  }

  @Test
  void refusesCallWithoutTokenBeforeReadingBody() throws IOException {
    assertThat(put(null).withLengthOnly(API_LIMIT + 1L).status()).isEqualTo(401);
    assertThat(put(null).withLengthOnly(API_LIMIT).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({"report, 4194304", "logs, 4194304", "renew, 524288", "poll, 524288", "bye, 524288"})
  void acceptsMessageAtLimit(String operation, int limit) throws IOException {
    assertThat(message(operation).withLength(padded(ofSession(), limit)).status()).isEqualTo(200);
    assertThat(message(operation).inChunks(padded(ofSession(), limit)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"report, 4194304", "logs, 4194304", "renew, 524288", "poll, 524288", "bye, 524288"})
  void refusesOversizedMessage(String operation, int limit) throws IOException {
    requireTooLarge(message(operation).withLengthOnly(limit + 1L));
    requireTooLarge(message(operation).withLengthOnly(Long.MAX_VALUE));
    requireTooLarge(message(operation).inChunks(padded(ofSession(), limit + 1)));
  }

  @Test
  void allowsLargerBatchBody() throws IOException {
    app.withJob("small");
    byte[] batch = padded("{\"instances\":[{\"job\":\"small\"}]}", BATCH_LIMIT);

    assertThat(post("/instances").withLength(batch).status()).isEqualTo(202);
    requireTooLarge(post("/instances").withLengthOnly(BATCH_LIMIT + 1L));
    for (String path : List.of("/jobs:apply", "/powerjob/numbers")) {
      requireTooLarge(post(path).withLengthOnly(4 * 1024 * 1024 + 1L));
    }
  }

  @Test
  void refusesBodyWithTooManyJsonValues() throws IOException {
    requireTooLarge(
        put(app.token(TokenRole.OPERATOR)).withLength(bytes("{\"x\":[" + values(100_000) + "]}")));
    requireTooLarge(
        post("/instances")
            .withLength(bytes("{\"instances\":[{\"x\":[" + values(100_000) + "]}]}")));
    requireTooLarge(post("/jobs:apply").withLength(bytes("{\"jobs\":[" + values(400_000) + "]}")));

    Refused.with(ErrorCode.JOB_NOT_FOUND, app.getJob("big"));
  }

  @Test
  void refusesWorkerMessageOnApiPortWithoutReading() throws IOException {
    Answer answer =
        RawHttp.request(RestAssured.port, "POST", "/worker/v1/renew", app.token(TokenRole.WORKER))
            .withLengthOnly(BATCH_LIMIT);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).contains("The worker API is served on the port");
  }

  private RawHttp post(String path) {
    return RawHttp.request(RestAssured.port, "POST", app.path(path), app.token(TokenRole.OPERATOR));
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static String values(int count) {
    return String.join(",", Collections.nCopies(count, "{}"));
  }

  private RawHttp put(String token) {
    return RawHttp.request(RestAssured.port, "PUT", app.path("/jobs/big"), token);
  }

  private RawHttp message(String operation) {
    return RawHttp.request(
        TestClient.port(), "POST", "/worker/v1/" + operation, app.token(TokenRole.WORKER));
  }

  private String ofSession() {
    return "{\"session\":\"" + app.worker().session() + "\",\"wait\":1}";
  }

  /** Blanks before the JSON: it is not known to be complete before its last byte is read. */
  private static byte[] padded(String json, int length) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    byte[] padded = new byte[length];
    Arrays.fill(padded, (byte) ' ');
    System.arraycopy(bytes, 0, padded, length - bytes.length, bytes.length);
    return padded;
  }

  private static void requireTooLarge(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(413);
    assertThat(answer.mediaType()).isEqualTo(ProblemDetail.MEDIA_TYPE);
    assertThat(answer.body()).contains("\"code\":\"TOO_LARGE\"");
  }
}
