package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.RawHttp;
import dev.orrery.scheduler.testkit.RawHttp.Answer;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Request bodies that a call would ignore or misread. */
@QuarkusTest
class UnexpectedBodyFilterTest {
  private static final String TAKES_NONE = "This call takes no body";

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  @Test
  void refusesBodyForOperationsDocumentedWithoutBody() {
    JsonNode paths =
        Api.asAdmin().accept(ContentType.JSON).get("/q/openapi").as(JsonNode.class).path("paths");
    List<String> wrong = new ArrayList<>();
    paths
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation -> {
                          if (path.getKey().startsWith(ApiPath.V1)) {
                            Response response =
                                Api.asAdmin()
                                    .body("{\"nonsense\":1}")
                                    .request(
                                        operation.getKey().toUpperCase(Locale.ROOT),
                                        path.getKey().replaceAll("\\{\\w+}", "1"));
                            boolean refused = response.asString().contains(TAKES_NONE);
                            if (refused == operation.getValue().has("requestBody")) {
                              wrong.add(operation.getKey() + " " + path.getKey());
                            }
                          }
                        }));

    assertThat(paths).isNotEmpty();
    assertThat(wrong).isEmpty();
  }

  @Test
  void refusesParametersForRetryAndRetriesNothing() {
    String id = app.run("job");
    app.cancel(id);

    Refused.with(
            ErrorCode.INVALID,
            app.asOperator()
                .body("{\"parameters\":{\"day\":\"1\"},\"nonsense\":1}")
                .post(TestApp.instancePath(id, "/retry")))
        .saying("Unknown field", "Known here: mode");

    assertThat(app.instancesOf("job")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", " {}\n", "\n"})
  void acceptsEmptyObjectAsNoBody(String body) throws IOException {
    Answer answer = post("/apps/" + app.name() + "/resume", "", bytes(body));

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: application/json; charset=ISO-8859-1\r\n",
        "Content-Type: application/json;charset=\"utf-16\"\r\n",
        "Content-Type: application/json\r\nContent-Encoding: br\r\n"
      })
  void refusesUnsupportedCharsetOrEncoding(String headers) throws IOException {
    Answer answer = post("/apps/" + app.name() + "/pause", headers, bytes("{\"note\":\"Grüße\"}"));

    assertThat(answer.status()).as(answer.body()).isEqualTo(415);
    assertThat(answer.body()).contains("Send the body as application/json ");
  }

  @Test
  void refusesCompressedBody() throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes("{\"note\":\"full\"}"));
    }

    Answer answer =
        post(
            "/apps/" + app.name() + "/pause",
            "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
            compressed.toByteArray());

    assertThat(answer.status()).as(answer.body()).isEqualTo(415);
    assertThat(answer.body()).contains("without Content-Encoding; got 'gzip'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Content-Type: application/json; charset=UTF-8\r\n",
        "Content-Type: application/json;charset=utf-8\r\nContent-Encoding: identity\r\n",
        "Content-Type: application/json; charset=US-ASCII\r\n"
      })
  void readsBodyAsUtf8(String headers) throws IOException {
    Answer answer = post("/apps/" + app.name() + "/pause", headers, bytes("{\"note\":\"Grüße\"}"));

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("Grüße");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Answer post(String path, String headers, byte[] body) throws IOException {
    return RawHttp.withHeaders(
            RestAssured.port,
            "POST",
            ApiPath.V1 + path,
            headers + "Authorization: Bearer " + Api.adminToken() + "\r\n")
        .withLength(body);
  }
}
