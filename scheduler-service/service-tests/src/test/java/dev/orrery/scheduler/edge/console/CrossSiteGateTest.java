package dev.orrery.scheduler.edge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.RawHttp;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class CrossSiteGateTest {
  private static TestApp app;
  private static String id;

  @BeforeEach
  void signInOnce() {
    if (app == null) {
      app = TestApp.create();
      id =
          Api.withoutToken()
              .body("{\"token\":\"" + app.token(TokenRole.OPERATOR) + "\"}")
              .post("/api/v1/session")
              .cookie(SessionCookie.NAME);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
  void refusesCookieWriteWithoutSiteOrOriginHeader(String method) {
    Refused.with(ErrorCode.CROSS_SITE, by(id).request(method, app.path("/pause")))
        .saying("Sec-Fetch-Site: same-origin", "Origin", "Authorization");
    assertThat(paused()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site", "none", "Same-Origin", ""})
  void refusesCrossSiteWriteDespiteOwnOrigin(String site) {
    Refused.with(
        ErrorCode.CROSS_SITE,
        by(id)
            .header("Sec-Fetch-Site", site)
            .header("Origin", own("http"))
            .post(app.path("/pause")));
    assertThat(paused()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "http://evil.example",
        "http://localhost",
        "http://localhost:1",
        "http://localhost.evil.example",
        "ftp://localhost"
      })
  void refusesCookieWriteFromForeignOrigin(String origin) {
    Refused.with(ErrorCode.CROSS_SITE, by(id).header("Origin", origin).post(app.path("/pause")));
    assertThat(paused()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"http, false", "https, false", "http, true"})
  void allowsCookieWriteFromSameOrigin(String scheme, boolean bySite) {
    RequestSpecification request =
        bySite
            ? by(id).header("Sec-Fetch-Site", "same-origin")
            : by(id).header("Origin", own(scheme));

    Response response = request.post(app.path("/resume"));

    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
  }

  @Test
  void allowsCrossSiteReadsAndBearerTokenWrites() {
    assertThat(by(id).header("Sec-Fetch-Site", "cross-site").get(app.path("")).statusCode())
        .isEqualTo(200);
    assertThat(
            by(id)
                .header("Sec-Fetch-Site", "cross-site")
                .auth()
                .oauth2(app.token(TokenRole.OPERATOR))
                .post(app.path("/resume"))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void refusesCrossSiteSignOut() {
    Refused.with(
        ErrorCode.CROSS_SITE,
        by(id).header("Sec-Fetch-Site", "cross-site").delete("/api/v1/session"));
    assertThat(by(id).get("/api/v1/session").statusCode()).isEqualTo(200);
  }

  /** The ways to sign in, and the spellings of their path that the router takes for the same. */
  private static Stream<Arguments> signIns() {
    return Stream.of("/api/v1/session", "/api/v1/session/")
        .flatMap(path -> Stream.of(arguments(path, "token"), arguments(path, "link")));
  }

  @ParameterizedTest
  @MethodSource("signIns")
  void refusesSignInFromForeignOriginPage(String path, String kind) {
    String secret = secret(kind);
    for (String site : List.of("cross-site", "same-site", "none", "")) {
      refusesSignIn(path, kind, secret, Map.of("Sec-Fetch-Site", site));
      refusesSignIn(path, kind, secret, Map.of("Sec-Fetch-Site", site, "Origin", own("http")));
    }
    for (String origin : List.of("null", "http://evil.example", "http://localhost:1", "")) {
      refusesSignIn(path, kind, secret, Map.of("Origin", origin));
      refusesSignIn(path, kind, secret, Map.of("Origin", origin, "Authorization", "Bearer x"));
    }

    Response own = signIn(path, kind, secret, Map.of("Sec-Fetch-Site", "same-origin"));
    assertThat(own.statusCode()).as("the secret was not used up").isEqualTo(200);
  }

  @ParameterizedTest
  @MethodSource("signIns")
  void allowsSignInFromNonBrowserClientsAndOwnPage(String path, String kind) {
    for (Map<String, String> headers :
        List.of(
            Map.<String, String>of(),
            Map.of("Sec-Fetch-Site", "same-origin"),
            Map.of("Origin", own("http")))) {
      assertThat(signIn(path, kind, secret(kind), headers).statusCode())
          .as(headers.toString())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @MethodSource("signIns")
  void refusesSignInWithoutJsonMediaType(String path, String kind) throws IOException {
    String secret = secret(kind);
    String body = "{\"" + kind + "\":\"" + secret + "\"}";
    for (String type : List.of("", "Content-Type:\r\n", "Content-Type: text/plain\r\n")) {
      RawHttp.Answer answer =
          RawHttp.withHeaders(RestAssured.port, "POST", path, type)
              .withLength(body.getBytes(StandardCharsets.UTF_8));
      assertThat(answer.status()).as(type).isEqualTo(415);
      assertThat(answer.body()).contains("UNSUPPORTED_MEDIA_TYPE");
    }
  }

  @Test
  void refusesCrossSiteLinkCreationByCookie() {
    Refused.with(
        ErrorCode.CROSS_SITE,
        by(id).header("Sec-Fetch-Site", "cross-site").post("/api/v1/session/links"));
  }

  private static String secret(String kind) {
    String token = app.token(TokenRole.VIEWER);
    return kind.equals("token")
        ? token
        : Api.as(token).post("/api/v1/session/links").as(Json.class).getString("link");
  }

  private static void refusesSignIn(
      String path, String kind, String secret, Map<String, String> headers) {
    Response refused = signIn(path, kind, secret, headers);
    Refused.with(ErrorCode.CROSS_SITE, refused).saying("console");
    assertThat(refused.cookies()).isEmpty();
  }

  private static Response signIn(
      String path, String kind, String secret, Map<String, String> headers) {
    return Api.withoutToken()
        .headers(headers)
        .body("{\"" + kind + "\":\"" + secret + "\"}")
        .post(path);
  }

  private static boolean paused() {
    return app.asViewer().get(app.path("")).as(Json.class).getBoolean("paused");
  }

  private static String own(String scheme) {
    return scheme + "://localhost:" + RestAssured.port;
  }

  private static RequestSpecification by(String session) {
    return Api.withoutToken().cookie(SessionCookie.NAME, session);
  }
}
