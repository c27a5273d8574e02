package dev.orrery.scheduler.model.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
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
  void returnsSecretOfTokenOnlyOnCreation() {
    Response created = create("viewer");
    String secret = created.as(Json.class).getString("token");

    String list = app.asOperator().get(app.path("/tokens")).asString();

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.header("Location"))
        .isEqualTo(app.path("/tokens/" + created.as(Json.class).getString("id")));
    assertThat(created.header("Cache-Control")).contains("no-store");
    assertThat(secret).hasSizeGreaterThanOrEqualTo(43);
    assertThat(list).contains(created.as(Json.class).getString("id")).doesNotContain(secret);
    assertThat(items().getMap("items[0]"))
        .containsOnlyKeys("id", "name", "role", "createdAt", "expiresAt");
  }

  @Test
  void createsDistinctTokens() {
    assertThat(create("viewer").as(Json.class).getString("token"))
        .isNotEqualTo(create("viewer").as(Json.class).getString("token"));
  }

  @Test
  void acceptsNewTokenImmediately() {
    String token = create("viewer").as(Json.class).getString("token");

    assertThat(Api.as(token).get(app.path("")).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesRevokedTokenImmediately() {
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
  void listsTokenNameAndExpiry() {
    Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MILLIS);
    Json created = created("{'role':'viewer','name':'ci.deploy-1','expiresAt':'" + tomorrow + "'}");

    Map<String, Object> listed = items().getMap("items[0]");

    assertThat(created.getString("name")).isEqualTo("ci.deploy-1");
    assertThat(Instant.parse(created.getString("expiresAt"))).isEqualTo(tomorrow);
    assertThat(listed).containsEntry("name", "ci.deploy-1");
    assertThat(Instant.parse(listed.get("expiresAt").toString())).isEqualTo(tomorrow);
    assertThat(Api.as(created.getString("token")).get(app.path("")).statusCode()).isEqualTo(200);
    assertThat(created("{'role':'viewer'}").getMap(""))
        .containsEntry("name", null)
        .containsEntry("expiresAt", null);
  }

  @Test
  void statesExpiryWhenRefusingExpiredTokenAndStillListsIt() {
    Json created = created("{'role':'viewer','expiresAt':'9999-01-01T00:00:00Z'}");
    TestDatabase.update(
        "update token set expires_at = '2026-01-02T03:04:05Z' where id = ?",
        Long.parseLong(created.getString("id")));

    Refused.with(ErrorCode.UNAUTHENTICATED, Api.as(created.getString("token")).get(app.path("")))
        .saying("This token expired at 2026-01-02T03:04:05Z. Create a new one.");

    assertThat(ids()).contains(created.getString("id"));
  }

  @Test
  void refusesExpiryInThePast() {
    Refused.with(
            ErrorCode.INVALID,
            app.asOperator()
                .body("{\"role\":\"viewer\",\"expiresAt\":\"2026-01-01T00:00:00Z\"}")
                .post(app.path("/tokens")))
        .at("expiresAt")
        .saying("'expiresAt' must be in the future; got '2026-01-01T00:00:00Z'.");
  }

  private Json created(String body) {
    Response created = Api.asAdmin().body(body.replace('\'', '"')).post(app.path("/tokens"));
    assertThat(created.statusCode()).as(created.asString()).isEqualTo(201);
    return created.as(Json.class);
  }

  @Test
  void revokesTokenOnlyOnce() {
    String path = app.path("/tokens/" + create("viewer").as(Json.class).getString("id"));
    app.asOperator().delete(path);

    Refused.with(ErrorCode.NOT_FOUND, app.asOperator().delete(path));
  }

  @Test
  void allowsOperatorToRevokeItsOwnToken() {
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
  void refusesToRevokeTokenOfForeignApp() {
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
    "INVALID,   name, '{\"role\":\"viewer\",\"name\":\"\"}'",
    "INVALID,   name, '{\"role\":\"viewer\",\"name\":\"two words\"}'",
    "MALFORMED, name, '{\"role\":\"viewer\",\"name\":7}'",
    "INVALID,   expiresAt, '{\"role\":\"viewer\",\"expiresAt\":\"30d\"}'",
    "MALFORMED, expiresAt, '{\"role\":\"viewer\",\"expiresAt\":30}'",
  })
  void refusesInvalidRequestWithoutCreatingToken(ErrorCode code, String field, String body) {
    List<String> before = ids();

    Refused.with(code, app.asOperator().body(body).post(app.path("/tokens"))).at(field);

    assertThat(ids()).isEqualTo(before);
  }

  @Test
  void answersNotFoundForUnknownToken() {
    Refused.with(ErrorCode.NOT_FOUND, app.asOperator().delete(app.path("/tokens/999999999")));
    Refused.with(ErrorCode.NOT_FOUND, app.asOperator().delete(app.path("/tokens/first")));
  }

  /** Tokens that were revoked or have expired do not count. */
  @Test
  void refusesTokenBeyondTheLimitPerApp() {
    app.token(TokenRole.OPERATOR);
    TestDatabase.update(
        """
        insert into token (app_id, role, hash, revoked_at, expires_at)
        select a.id, 'viewer', sha256((a.name || n)::bytea),
          case when n between 2001 and 2010 then now() end,
          case when n between 2011 and 2020 then now() end
        from app a cross join generate_series(1, 2020) n
        where a.name = ? and (n > 2000 or n < 1000 - (
          select count(*) from token t where t.app_id = a.id))
        """,
        app.name());

    Json last = create("viewer").as(Json.class);
    Refused.with(ErrorCode.INVALID, create("viewer"))
        .at("role")
        .saying("the app has 1000, at most 1000. Revoke those that are not used.");

    app.asOperator().delete(app.path("/tokens/" + last.getString("id")));
    assertThat(create("viewer").statusCode()).isEqualTo(201);
    assertThat(TestApp.create().token(TokenRole.VIEWER)).isNotEmpty();
  }

  @Test
  void refusesInvalidCursor() {
    Refused.with(ErrorCode.INVALID, app.asOperator().get(app.path("/tokens?after=first")))
        .at("after");
  }

  @Test
  void restrictsWorkerTokenToTheWorkerApi() {
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
