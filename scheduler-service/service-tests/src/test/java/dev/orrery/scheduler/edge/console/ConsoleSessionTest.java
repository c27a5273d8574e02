package dev.orrery.scheduler.edge.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.http.security.LocalCaller;
import dev.orrery.scheduler.http.security.TokenHash;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.Cookie;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ConsoleSessionTest {
  private static final String SESSION = "/api/v1/session";
  private static final String LINKS = SESSION + "/links";

  @Inject ConsoleSessionCache cache;

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @Test
  void opensSessionWithTokenRoleAndApp() {
    Response signedIn = signIn(app.token(TokenRole.VIEWER));

    assertThat(signedIn.statusCode()).isEqualTo(200);
    assertThat(signedIn.header("Cache-Control")).contains("no-store");
    Json view = signedIn.as(Json.class);
    assertThat(view.getString("role")).isEqualTo("viewer");
    assertThat(view.getString("app")).isEqualTo(app.name());
    assertThat(Duration.between(Instant.now(), Instant.parse(view.getString("expiresAt"))))
        .isBetween(Duration.ofHours(11), Duration.ofHours(12).plusSeconds(5));
    String id = id(signedIn);
    assertThat(by(id).get(SESSION).asString()).isEqualTo(signedIn.asString());
    assertThat(by(id).get(app.path("")).statusCode()).isEqualTo(200);
    Refused.with(
            ErrorCode.FORBIDDEN, by(id).header("Sec-Fetch-Site", "same-origin").put(app.path("")))
        .saying("the role admin", "This one has the role viewer");
    Refused.with(ErrorCode.APP_NOT_FOUND, by(id).get(TestApp.create().path("")));
  }

  @Test
  void sendsDateHeaderOnSuccessAndRefusal() {
    for (Response response :
        List.of(signIn(app.token(TokenRole.VIEWER)), by("none").get(SESSION))) {
      Instant date =
          Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(response.header("Date")));

      assertThat(Duration.between(date, Instant.now()))
          .isBetween(Duration.ZERO, Duration.ofSeconds(10));
    }
  }

  @Test
  void signsAdminInWithConfiguredToken() {
    Response signedIn = signIn(Api.adminToken());

    assertThat(signedIn.as(Json.class).getString("role")).isEqualTo("admin");
    assertThat(signedIn.as(Json.class).getString("app")).isNull();
    assertThat(by(id(signedIn)).get("/api/v1/cluster").statusCode()).isEqualTo(200);
  }

  @Test
  void setsHttpOnlySameSiteStrictCookie() {
    Cookie cookie = signIn(app.token(TokenRole.VIEWER)).detailedCookie(SessionCookie.NAME);

    assertThat(cookie.isHttpOnly()).isTrue();
    assertThat(cookie.getSameSite()).isEqualTo("Strict");
    assertThat(cookie.getPath()).isEqualTo("/");
    assertThat(cookie.getDomain()).isNull();
    assertThat(cookie.getMaxAge()).isEqualTo(Duration.ofHours(12).toSeconds());
    assertThat(cookie.isSecured()).isFalse();
    assertThat(cookie.getValue()).hasSizeGreaterThanOrEqualTo(43);
  }

  @ParameterizedTest
  @CsvSource({
    "https, true",
    "HTTPS, true",
    "'https, http', true",
    "http, false",
    "'http, https', false"
  })
  void marksCookieSecureWhenProxyForwardsHttps(String protocol, boolean secured) {
    Response signedIn =
        Api.withoutToken()
            .header("X-Forwarded-Proto", protocol)
            .body(token(app.token(TokenRole.VIEWER)))
            .post(SESSION);

    String name = secured ? SessionCookie.NAME_WITH_TLS : SessionCookie.NAME;
    assertThat(signedIn.cookies()).containsOnlyKeys(name);
    Cookie cookie = signedIn.detailedCookie(name);
    assertThat(cookie.isSecured()).isEqualTo(secured);
    assertThat(cookie.getPath()).isEqualTo("/");
    assertThat(cookie.getDomain()).isNull();
    assertThat(sessionStatus(protocol, name, cookie.getValue())).isEqualTo(200);
  }

  @Test
  void acceptsCookieOnlyUnderNameForConnectionScheme() {
    String id = id(signIn(app.token(TokenRole.VIEWER)));

    assertThat(sessionStatus("https", SessionCookie.NAME, id)).isEqualTo(401);
    assertThat(sessionStatus("http", SessionCookie.NAME_WITH_TLS, id)).isEqualTo(401);
    assertThat(sessionStatus("https", SessionCookie.NAME_WITH_TLS, id)).isEqualTo(200);
  }

  @Test
  void clearsTlsCookieUnderItsOwnName() {
    String id = id(signIn(app.token(TokenRole.VIEWER)));

    Response out =
        Api.withoutToken()
            .header("X-Forwarded-Proto", "https")
            .header("Sec-Fetch-Site", "same-origin")
            .cookie(SessionCookie.NAME_WITH_TLS, id)
            .delete(SESSION);

    assertThat(out.statusCode()).isEqualTo(204);
    Cookie cleared = out.detailedCookie(SessionCookie.NAME_WITH_TLS);
    assertThat(cleared.getMaxAge()).isZero();
    assertThat(cleared.isSecured()).isTrue();
    Refused.with(ErrorCode.UNAUTHENTICATED, by(id).get(SESSION));
  }

  private static int sessionStatus(String protocol, String cookie, String id) {
    return Api.withoutToken()
        .header("X-Forwarded-Proto", protocol)
        .cookie(cookie, id)
        .get(SESSION)
        .statusCode();
  }

  @Test
  void issuesDistinctSessionIdPerSignIn() {
    String token = app.token(TokenRole.VIEWER);

    assertThat(id(signIn(token))).isNotEqualTo(id(signIn(token))).doesNotContain(token);
  }

  @Test
  void refusesUnknownTokenWithoutEchoingToken() {
    Response refused = signIn("orrery_wrong_token_of_a_stranger");

    Refused.with(ErrorCode.UNAUTHENTICATED, refused);
    assertThat(refused.cookies()).isEmpty();
    assertThat(refused.asString()).doesNotContain("stranger");
  }

  @ParameterizedTest
  @EnumSource(names = {"WORKER", "DECLARE"})
  void refusesSignInWithoutReadPermission(TokenRole role) {
    Response refused = signIn(app.token(role));

    Refused.with(ErrorCode.FORBIDDEN, refused)
        .saying("the role viewer", "the role " + role.name().toLowerCase(Locale.ROOT));
    assertThat(refused.cookies()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | INVALID | token",
        "{'token':'a','link':'b'} | INVALID | token",
        "{'token':' '} | INVALID | token",
        "{'link':''} | INVALID | link",
        "{'token':1} | MALFORMED | token",
        "{'tokn':'a'} | INVALID | tokn",
        "[] | MALFORMED |",
        "x | MALFORMED |",
      })
  void refusesInvalidSignInAndNamesField(String body, ErrorCode code, String field) {
    Response refused = Api.withoutToken().body(body.replace('\'', '"')).post(SESSION);

    Refused.with(code, refused).at(field);
  }

  @Test
  void refusesOverlongTokenAndOversizedBody() {
    Refused.with(ErrorCode.INVALID, signIn("a".repeat(1001))).at("token");
    Refused.with(ErrorCode.TOO_LARGE, signIn("a".repeat(9000)));
  }

  @Test
  void endsSessionOnSignOutAndClearsCookie() {
    String id = id(signIn(app.token(TokenRole.VIEWER)));
    String other = id(signIn(app.token(TokenRole.VIEWER)));
    assertThat(by(id).get(SESSION).statusCode()).isEqualTo(200);

    Response out = by(id).header("Sec-Fetch-Site", "same-origin").delete(SESSION);

    assertThat(out.statusCode()).isEqualTo(204);
    assertThat(out.detailedCookie(SessionCookie.NAME).getMaxAge()).isZero();
    Response after = by(id).get(SESSION);
    Refused.with(ErrorCode.UNAUTHENTICATED, after).saying("Sign in again");
    assertThat(after.detailedCookie(SessionCookie.NAME).getMaxAge()).isZero();
    assertThat(by(other).get(SESSION).statusCode()).isEqualTo(200);
  }

  @Test
  void endsSessionsOnTokenRevocation() {
    Json created = createToken();
    String id = id(signIn(created.getString("token")));
    assertThat(by(id).get(SESSION).statusCode()).isEqualTo(200);

    app.asOperator().delete(app.path("/tokens/" + created.getString("id")));

    Refused.with(ErrorCode.UNAUTHENTICATED, by(id).get(SESSION));
  }

  @Test
  void endsSessionsOnAppDeletion() {
    String id = id(signIn(app.token(TokenRole.VIEWER)));
    assertThat(by(id).get(SESSION).statusCode()).isEqualTo(200);

    Api.asAdmin().delete(app.path("?withContents=true")).then().statusCode(204);

    Refused.with(ErrorCode.UNAUTHENTICATED, by(id).get(SESSION));
  }

  @Test
  void refusesExpiredSession() {
    String id = id(signIn(app.token(TokenRole.VIEWER)));
    TestDatabase.update(
        "update console_session set expires_at = statement_timestamp() where hash = ?",
        TokenHash.of(id).bytes());
    cache.forget(TokenHash.of(id));

    Refused.with(ErrorCode.UNAUTHENTICATED, by(id).get(SESSION)).saying("Sign in again");
  }

  @Test
  void cachesKnownSession() {
    String id = id(signIn(app.token(TokenRole.VIEWER)));
    assertThat(by(id).get(SESSION).statusCode()).isEqualTo(200);

    assertThat(cache.remembered(TokenHash.of(id))).isPresent();
    assertThat(cache.remembered(TokenHash.of("another"))).isEmpty();
  }

  @Test
  void refusesUnknownCookieExceptOnSignIn() {
    Refused.with(ErrorCode.UNAUTHENTICATED, by("none").get(SESSION));
    Refused.with(ErrorCode.UNAUTHENTICATED, by("none").get("/api/v1/apps"));

    Response signedIn =
        by("none")
            .header("Sec-Fetch-Site", "same-origin")
            .body(token(app.token(TokenRole.VIEWER)))
            .post(SESSION);
    assertThat(signedIn.statusCode()).isEqualTo(200);
  }

  @Test
  void prefersBearerTokenOverCookie() {
    String id = id(signIn(app.token(TokenRole.VIEWER)));

    Json view = by(id).auth().oauth2(Api.adminToken()).get(SESSION).as(Json.class);

    assertThat(view.getString("role")).isEqualTo("admin");
    assertThat(view.getString("expiresAt")).isNull();
    Refused.with(ErrorCode.UNAUTHENTICATED, by(id).auth().oauth2("wrong").get(SESSION));
  }

  @Test
  void forbidsCachingOfCookieAuthenticatedResponses() {
    String id = id(signIn(app.token(TokenRole.VIEWER)));

    Response response = by(id).get(app.path(""));

    assertThat(response.header("Cache-Control")).isEqualTo("no-store");
    assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(Api.asAdmin().get(app.path("")).header("Cache-Control")).isNull();
  }

  @Test
  void redeemsLinkOnlyOnce() {
    Response made = Api.as(app.token(TokenRole.VIEWER)).post(LINKS);
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(made.header("Cache-Control")).contains("no-store");
    Json link = made.as(Json.class);
    assertThat(Duration.between(Instant.now(), Instant.parse(link.getString("expiresAt"))))
        .isLessThanOrEqualTo(Duration.ofSeconds(65));

    Response signedIn = signInByLink(link.getString("link"));

    assertThat(signedIn.as(Json.class).getString("app")).isEqualTo(app.name());
    assertThat(by(id(signedIn)).get(SESSION).statusCode()).isEqualTo(200);
    Refused.with(ErrorCode.UNAUTHENTICATED, signInByLink(link.getString("link")))
        .saying("./orrery console");
  }

  @Test
  void refusesLinkOfRevokedToken() {
    Json created = createToken();
    String link = Api.as(created.getString("token")).post(LINKS).as(Json.class).getString("link");
    app.asOperator().delete(app.path("/tokens/" + created.getString("id")));

    Refused.with(ErrorCode.UNAUTHENTICATED, signInByLink(link));
  }

  @Test
  void refusesLinkAsCookieAndCookieAsLink() {
    String link = Api.as(app.token(TokenRole.VIEWER)).post(LINKS).as(Json.class).getString("link");
    String id = id(signIn(app.token(TokenRole.VIEWER)));

    Refused.with(ErrorCode.UNAUTHENTICATED, by(link).get(SESSION));
    Refused.with(ErrorCode.UNAUTHENTICATED, signInByLink(id));
  }

  @Test
  void refusesLinkCreationWithSessionCookie() {
    String id = id(signIn(app.token(TokenRole.OPERATOR)));

    Refused.with(ErrorCode.FORBIDDEN, by(id).header("Sec-Fetch-Site", "same-origin").post(LINKS))
        .saying("token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"})
  void refusesLinkCreationBehindProxy(String header) {
    Refused.with(
            ErrorCode.FORBIDDEN,
            Api.as(app.token(TokenRole.VIEWER)).header(header, "for=10.0.0.1").post(LINKS))
        .saying("on the machine of the scheduler");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "127.8.8.8, true",
    "::1, true",
    "0:0:0:0:0:0:0:1, true",
    "10.0.0.1, false",
    "192.168.1.4, false",
    "fe80::1, false",
    "localhost, false",
    "'', false",
    ", false",
  })
  void recognizesOnlyLoopbackAddressesAsLocal(String address, boolean local) {
    assertThat(LocalCaller.isLoopback(address)).isEqualTo(local);
  }

  private Json createToken() {
    return app.asOperator().body("{\"role\":\"viewer\"}").post(app.path("/tokens")).as(Json.class);
  }

  private static RequestSpecification by(String id) {
    return Api.withoutToken().cookie(SessionCookie.NAME, id);
  }

  private static Response signIn(String token) {
    return Api.withoutToken().body(token(token)).post(SESSION);
  }

  private static Response signInByLink(String link) {
    return Api.withoutToken().body("{\"link\":\"" + link + "\"}").post(SESSION);
  }

  private static String token(String token) {
    return "{\"token\":\"" + token + "\"}";
  }

  private static String id(Response signedIn) {
    assertThat(signedIn.statusCode()).as(signedIn.asString()).isEqualTo(200);
    return signedIn.cookie(SessionCookie.NAME);
  }
}
