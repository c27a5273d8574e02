package dev.orrery.scheduler.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Worker API messages: malformed ones are refused, and unknown fields are ignored. */
@QuarkusTest
class MalformedMessageTest {
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "\"hello\"", "17", "{} and more", "null", ""})
  void refusesBodyThatIsNotAJsonObject(String body) {
    for (WorkerOperation<?, ?> operation : WorkerOperation.ALL) {
      Refused.with(ErrorCode.MALFORMED, asWorker().body(body).post(operation.path()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /worker/v1/handshake | capacity            | {"capacity": "many"}
          /worker/v1/handshake | tags                | {"tags": "gpu"}
          /worker/v1/poll      | free                | {"session": "x", "free": {}}
          /worker/v1/poll      | held[0].instance    | {"session": "x", "held": [{"instance": "first"}]}
          /worker/v1/report    | reports             | {"session": "x", "reports": {}}
          /worker/v1/report    | reports[0].attempt  | {"session": "x", "reports": [{"attempt": "one"}]}
          /worker/v1/renew     | draining            | {"session": "x", "draining": "no"}
          /worker/v1/logs      | chunks[0].lines     | {"session": "x", "chunks": [{"lines": "a"}]}
          /worker/v1/bye       | handedBack          | {"session": "x", "handedBack": "all"}
          """)
  void refusesWrongJsonTypeAndNamesField(String path, String field, String body) {
    Refused.with(ErrorCode.MALFORMED, asWorker().body(body).post(path)).at(field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /worker/v1/poll   | {"session": "x", "held": [null]}
          /worker/v1/report | {"session": "x", "reports": [null]}
          /worker/v1/renew  | {"session": "x", "held": [null]}
          /worker/v1/logs   | {"session": "x", "chunks": [null]}
          /worker/v1/bye    | {"session": "x", "handedBack": [null]}
          """)
  void refusesNullInArray(String path, String body) {
    Refused.with(ErrorCode.MALFORMED, asWorker().body(body).post(path));
  }

  @ParameterizedTest
  @CsvSource({
    "/worker/v1/handshake, tags, 200, '\"a\"'",
    "/worker/v1/poll, held, 2000, {}",
    "/worker/v1/report, reports, 1000, {}",
    "/worker/v1/renew, held, 2000, {}",
    "/worker/v1/logs, chunks, 50000, {}",
    "/worker/v1/bye, handedBack, 2000, {}",
  })
  void refusesListBeyondMaximumLength(String path, String field, int most, String entry) {
    String list = String.join(",", Collections.nCopies(most + 1, entry));

    Refused.with(
            ErrorCode.INVALID,
            asWorker().body("{\"session\": \"x\", \"" + field + "\": [" + list + "]}").post(path))
        .at(field);
  }

  @Test
  void refusesUnsupportedMediaType() {
    for (WorkerOperation<?, ?> operation : WorkerOperation.ALL) {
      Refused.with(
          ErrorCode.UNSUPPORTED_MEDIA_TYPE,
          asWorker().contentType(ContentType.TEXT).body("{}").post(operation.path()));
    }
  }

  @Test
  void ignoresUnknownFieldsAndDefaultsAbsentFields() {
    String offer =
        "{\"app\":\"%s\",\"name\":\"newer\",\"capacity\":1,\"colour\":\"blue\",\"limits\":{\"cpu\":2}}"
            .formatted(app.name());

    Response shaken = asWorker().body(offer).post(WorkerOperation.HANDSHAKE.path());

    assertThat(shaken.statusCode()).as(shaken.asString()).isEqualTo(200);
    String poll = "{\"session\":\"%s\",\"sequence\":1,\"wait\":50,\"mood\":[1,{}]}";
    assertThat(
            asWorker()
                .body(poll.formatted(shaken.as(Json.class).getString("session")))
                .post(WorkerOperation.POLL.path())
                .statusCode())
        .isEqualTo(200);
  }

  private RequestSpecification asWorker() {
    return Api.as(app.token(TokenRole.WORKER)).port(TestClient.port());
  }
}
