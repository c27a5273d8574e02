package dev.orrery.scheduler.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  void writeByCookieThatDoesNotSayWhereItComesFromIsRefused(String method) {
    Refused.with(ErrorCode.CROSS_SITE, by(id).request(method, app.path("/pause")))
        .saying("Sec-Fetch-Site: same-origin", "Origin", "Authorization");
    assertThat(paused()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site", "none", "Same-Origin", ""})
  void writeOfAnotherSiteIsRefusedWhateverItsOrigin(String site) {
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
  void writeOfAnotherOriginIsRefused(String origin) {
    Refused.with(ErrorCode.CROSS_SITE, by(id).header("Origin", origin).post(app.path("/pause")));
    assertThat(paused()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"http, false", "https, false", "http, true"})
  void writeOfTheOwnPageIsLetIn(String scheme, boolean bySite) {
    RequestSpecification request =
        bySite
            ? by(id).header("Sec-Fetch-Site", "same-origin")
            : by(id).header("Origin", own(scheme));

    Response response = request.post(app.path("/resume"));

    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
  }

  @Test
  void readsAndCallsWithATokenAreNotAsked() {
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
  void signOutOfAnotherSiteIsRefused() {
    Refused.with(
        ErrorCode.CROSS_SITE,
        by(id).header("Sec-Fetch-Site", "cross-site").delete("/api/v1/session"));
    assertThat(by(id).get("/api/v1/session").statusCode()).isEqualTo(200);
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
