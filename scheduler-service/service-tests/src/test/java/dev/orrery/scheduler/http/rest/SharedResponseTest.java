package dev.orrery.scheduler.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class SharedResponseTest {
  private static final Set<String> UNSTABLE_HEADERS = Set.of("date", "content-length");

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("first");
  }

  private Response jobs(RequestSpecification caller) {
    return caller.header("Cache-Control", "max-age=3").get(app.path("/jobs"));
  }

  @Test
  void sharesResponseAmongCallersOfSameRoleUntilMaxAge() {
    Response first = jobs(app.asViewer());
    app.withJob("second");

    Response shared = jobs(Api.as(app.newToken(TokenRole.VIEWER)));

    assertThat(shared.asString()).isEqualTo(first.asString()).doesNotContain("second");
    TestApp.eventually()
        .untilAsserted(() -> assertThat(jobs(app.asViewer()).asString()).contains("second"));
  }

  @Test
  void answersWithFreshDataWithoutMaxAge() {
    jobs(app.asViewer());
    app.withJob("second");

    assertThat(app.asViewer().get(app.path("/jobs")).asString()).contains("second");
  }

  @Test
  void separatesSharedResponsesByRole() {
    jobs(app.asViewer());
    app.withJob("second");

    assertThat(jobs(app.asOperator()).asString()).contains("second");
    assertThat(jobs(Api.asAdmin()).asString()).contains("second");
  }

  @Test
  void refusesSharedResponseToUnauthorizedCaller() {
    jobs(app.asViewer()).then().statusCode(200);
    jobs(Api.asAdmin()).then().statusCode(200);

    Refused.with(ErrorCode.APP_NOT_FOUND, jobs(TestApp.create().asViewer()));
    Refused.with(ErrorCode.FORBIDDEN, jobs(Api.as(app.token(TokenRole.WORKER))));
    Refused.with(ErrorCode.UNAUTHENTICATED, jobs(Api.withoutToken()));
  }

  @Test
  void excludesRefusalsFromSharedResponses() {
    String instances = app.path("/instances?job=second");
    Refused.with(
        ErrorCode.JOB_NOT_FOUND,
        app.asViewer().header("Cache-Control", "max-age=3").get(instances));
    app.withJob("second");

    app.asViewer().header("Cache-Control", "max-age=3").get(instances).then().statusCode(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/jobs",
        "/instances",
        "/instances:errors",
        "/waiting",
        "/job-statistics",
        "/end-counts",
        "/fire-times",
        "/fire-counts"
      })
  void returnsSharedResponseIdenticalToDirectResponse(String path) {
    Response own = app.asViewer().get(app.path(path));

    Response shared = app.asViewer().header("Cache-Control", "max-age=3").get(app.path(path));
    Response again = app.asViewer().header("Cache-Control", "max-age=3").get(app.path(path));

    assertThat(shared.statusCode()).isEqualTo(own.statusCode());
    assertThat(shared.contentType()).isEqualTo(own.contentType());
    assertThat(again.asString()).isEqualTo(shared.asString());
    assertThat(headers(again)).isEqualTo(headers(own));
    assertThat(again.header("Content-Length"))
        .isEqualTo(String.valueOf(again.asByteArray().length));
  }

  /** Without the length, since a body may contain the time at which it was made. */
  private static List<String> headers(Response response) {
    return response.headers().asList().stream()
        .filter(header -> !UNSTABLE_HEADERS.contains(header.getName().toLowerCase(Locale.ROOT)))
        .map(Object::toString)
        .toList();
  }
}
