package dev.orrery.scheduler.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class TokenTest {
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @Test
  void tokenIsShownOnceAndNeverAgain() {
    Response created = create("viewer");
    String secret = created.as(Json.class).getString("token");

    String list = app.asOperator().get(app.path("/tokens")).asString();

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.header("Location"))
        .isEqualTo(app.path("/tokens/" + created.as(Json.class).getString("id")));
    assertThat(created.header("Cache-Control")).contains("no-store");
    assertThat(secret).hasSizeGreaterThanOrEqualTo(43);
    assertThat(list).contains(created.as(Json.class).getString("id")).doesNotContain(secret);
    assertThat(items().getMap("items[0]")).containsOnlyKeys("id", "role", "createdAt");
  }

  @Test
  void everyTokenIsAnother() {
    assertThat(create("viewer").as(Json.class).getString("token"))
        .isNotEqualTo(create("viewer").as(Json.class).getString("token"));
  }

  @Test
  void createdTokenWorksAtOnceAlsoWhereItWasRefusedBefore() {
    String token = create("viewer").as(Json.class).getString("token");

    assertThat(Api.as(token).get(app.path("")).statusCode()).isEqualTo(200);
  }

  @Test
  void revokedTokenDiesAtOnce() {
    Response created = create("viewer");
    String token = created.as(Json.class).getString("token");
    assertThat(Api.as(token).get(app.path("")).statusCode()).isEqualTo(200);

    Response revoked =
        app.asOperator().delete(app.path("/tokens/" + created.as(Json.class).getString("id")));

    assertThat(revoked.statusCode()).isEqualTo(204);
    Refused.with(ErrorCode.UNAUTHENTICATED, Api.as(token).get(app.path("")));
    assertThat(ids()).doesNotContain(created.as(Json.class).getString("id"));
  }

  @Test
  void tokenIsRevokedOnce() {
    String path = app.path("/tokens/" + create("viewer").as(Json.class).getString("id"));
    app.asOperator().delete(path);

    Refused.with(ErrorCode.NOT_FOUND, app.asOperator().delete(path));
  }

  @Test
  void operatorMayRevokeItsOwnToken() {
    Response created = create("operator");
    String token = created.as(Json.class).getString("token");

    assertThat(
            Api.as(token)
                .delete(app.path("/tokens/" + created.as(Json.class).getString("id")))
                .statusCode())
        .isEqualTo(204);

    Refused.with(ErrorCode.UNAUTHENTICATED, Api.as(token).get(app.path("")));
  }

  @Test
  void tokenOfAnotherAppIsNotRevoked() {
    TestApp other = TestApp.create();
    Response created = create("viewer");

    Refused.with(
        ErrorCode.NOT_FOUND,
        other.asOperator().delete(other.path("/tokens/" + created.as(Json.class).getString("id"))));

    assertThat(Api.as(created.as(Json.class).getString("token")).get(app.path("")).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID,   role, '{}'",
    "INVALID,   role, '{\"role\":\"admin\"}'",
    "INVALID,   role, '{\"role\":\"Viewer\"}'",
    "INVALID,   days,  '{\"role\":\"viewer\",\"days\":3}'",
    "MALFORMED, role, '{\"role\":[\"viewer\"]}'",
  })
  void requestThatIsNotValidMakesNoToken(ErrorCode code, String field, String body) {
    List<String> before = ids();

    Refused.with(code, app.asOperator().body(body).post(app.path("/tokens"))).at(field);

    assertThat(ids()).isEqualTo(before);
  }

  @Test
  void tokensAreListedOldestFirstPageByPage() {
    List<String> created = new ArrayList<>();
    created.add(create("viewer").as(Json.class).getString("id"));
    created.add(create("worker").as(Json.class).getString("id"));
    created.add(create("operator").as(Json.class).getString("id"));
    List<String> walked = new ArrayList<>();
    String after = "0";

    while (after != null) {
      Json page = Api.asAdmin().get(app.path("/tokens?limit=2&after=" + after)).as(Json.class);
      walked.addAll(page.getStrings("items.id"));
      after = page.getString("next");
    }

    assertThat(walked).isEqualTo(created);
  }

  @Test
  void tokenThatIsNotThereIsNotFound() {
    Refused.with(ErrorCode.NOT_FOUND, app.asOperator().delete(app.path("/tokens/999999999")));
    Refused.with(ErrorCode.NOT_FOUND, app.asOperator().delete(app.path("/tokens/first")));
  }

  @Test
  void cursorThatIsNoneIsRefused() {
    Refused.with(ErrorCode.INVALID, app.asOperator().get(app.path("/tokens?after=first")))
        .at("after");
  }

  @Test
  void workerTokenIsForTheWorkerApiOnly() {
    Refused.with(ErrorCode.FORBIDDEN, Api.as(app.token(TokenRole.WORKER)).get(app.path("/jobs")));

    assertThat(app.worker().session()).isNotBlank();
  }

  private Response create(String role) {
    return Api.asAdmin().body("{\"role\":\"" + role + "\"}").post(app.path("/tokens"));
  }

  private Json items() {
    return app.asOperator().get(app.path("/tokens")).as(Json.class);
  }

  private List<String> ids() {
    return items().getStrings("items.id");
  }
}
