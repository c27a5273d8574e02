package dev.orrery.scheduler.model.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class AppTest {
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @Test
  void createsAppOnceAndUpdatesOnRepeatedPut() {
    String path = Api.V1 + "/apps/new-" + UUID.randomUUID();

    Response created = Api.asAdmin().body("{\"description\":\"first\"}").put(path);
    Response updated = Api.asAdmin().body("{\"description\":\"second\"}").put(path);

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.header("Location")).isEqualTo(path);
    assertThat(created.as(Json.class).getString("description")).isEqualTo("first");
    assertThat(updated.statusCode()).isEqualTo(200);
    assertThat(updated.header("Location")).isNull();
    assertThat(Api.asAdmin().get(path).as(Json.class).getString("description")).isEqualTo("second");
  }

  @Test
  void keepsDescriptionWhenOmitted() {
    Api.asAdmin().body("{\"description\":\"kept\"}").put(app.path(""));

    Response updated = Api.asAdmin().put(app.path(""));

    assertThat(updated.statusCode()).isEqualTo(200);
    assertThat(updated.as(Json.class).getString("description")).isEqualTo("kept");
  }

  @Test
  void acceptsReturnedDocumentWithoutChanges() {
    String read = app.asViewer().get(app.path("")).asString();

    Response written = Api.asAdmin().body(read).put(app.path(""));

    assertThat(written.statusCode()).isEqualTo(200);
    assertThat(written.asString()).isEqualTo(read);
  }

  @Test
  void returnsNameDescriptionAndPausedState() {
    Json read = app.asViewer().get(app.path("")).as(Json.class);

    assertThat(read.getMap("")).containsOnlyKeys("name", "description", "paused");
    assertThat(read.getString("name")).isEqualTo(app.name());
    assertThat(read.getBoolean("paused")).isFalse();
  }

  @Test
  void suggestsSimilarVisibleAppForUnknownApp() {
    // The first by name: an admin's call compares a bounded number of apps.
    String first = "0-" + UUID.randomUUID();
    Api.asAdmin().put(Api.V1 + "/apps/" + first);

    Refused.with(ErrorCode.APP_NOT_FOUND, Api.asAdmin().get(Api.V1 + "/apps/" + misspelt(first)))
        .saying("There is no app '" + misspelt(first) + "'.", "Did you mean '" + first + "'?");
    // Runs are submitted on threads without a request context.
    Refused.with(
            ErrorCode.APP_NOT_FOUND,
            Api.asAdmin()
                .body("{}")
                .post(Api.V1 + "/apps/" + misspelt(first) + "/jobs/job/instances"))
        .saying("Did you mean '" + first + "'?");
    Refused.with(
            ErrorCode.APP_NOT_FOUND,
            app.asViewer().get(Api.V1 + "/apps/" + misspelt(app.name()) + "/jobs"))
        .saying("Did you mean '" + app.name() + "'?");
  }

  @Test
  void suggestsNoAppHiddenFromTheCaller() {
    TestApp other = TestApp.create();

    for (String asked : List.of(misspelt(other.name()), other.name())) {
      Refused refused =
          Refused.with(ErrorCode.APP_NOT_FOUND, app.asViewer().get(Api.V1 + "/apps/" + asked));
      assertThat(refused.problem().getString("detail"))
          .isEqualTo("There is no app '" + asked + "'.");
    }
  }

  private static String misspelt(String name) {
    return name.substring(0, name.length() - 1);
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID,   name,        '{\"name\":\"another\"}'",
    "INVALID,   owner,       '{\"owner\":\"me\"}'",
    "MALFORMED, description, '{\"description\":1}'",
  })
  void refusesInvalidDocumentWithoutChangingTheApp(ErrorCode code, String field, String document) {
    String before = app.asViewer().get(app.path("")).asString();

    Refused.with(code, Api.asAdmin().body(document).put(app.path(""))).at(field);

    assertThat(app.asViewer().get(app.path("")).asString()).isEqualTo(before);
  }

  @Test
  void refusesDescriptionOver1000Characters() {
    String document = "{\"description\":\"" + "d".repeat(1001) + "\"}";

    Refused.with(ErrorCode.INVALID, Api.asAdmin().body(document).put(app.path("")))
        .at("description");
  }

  @Test
  void refusesInvalidAppName() {
    Refused.with(ErrorCode.INVALID, Api.asAdmin().put(Api.V1 + "/apps/a%20b")).at("app");
    Refused.with(ErrorCode.APP_NOT_FOUND, Api.asAdmin().get(Api.V1 + "/apps/a%20b"));
  }

  @Test
  void answersNotFoundForUnknownApp() {
    Refused.with(ErrorCode.APP_NOT_FOUND, Api.asAdmin().get(Api.V1 + "/apps/there-is-none"))
        .saying("there-is-none");
  }

  @Test
  void listsOnlyTheAppOfTheToken() {
    TestApp.create();

    Json list = app.asViewer().get(Api.V1 + "/apps").as(Json.class);

    assertThat(list.getList("items.name")).containsExactly(app.name());
    assertThat(list.getString("next")).isNull();
  }

  @ParameterizedTest
  @CsvSource({"0", "501", "ten", "-1"})
  void refusesLimitOutOfRange(String limit) {
    Refused.with(ErrorCode.INVALID, Api.asAdmin().get(Api.V1 + "/apps?limit=" + limit)).at("limit");
  }
}
