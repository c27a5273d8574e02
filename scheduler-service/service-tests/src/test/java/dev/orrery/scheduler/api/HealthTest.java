package dev.orrery.scheduler.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestClient.RefusedException;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URL;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HealthTest {
  @TestHTTPResource(value = "/health", management = true)
  URL health;

  @Test
  void reportsReadinessChecksWithData() {
    Json ready = get("/ready");

    assertThat(ready.getStrings("checks.name")).contains("protocols", "database", "progress");
    assertThat(ready.getStrings("checks.status")).containsOnly("UP");
    Map<String, Object> protocols = data(ready, "protocols");
    assertThat(protocols)
        .containsEntry("active", "http")
        .containsEntry("main", "http")
        .containsEntry("versions", "1");
  }

  @Test
  void answersUnknownManagementPathWithProblemDocument() {
    given()
        .get(health.toString().replaceFirst("/q/health$", "/nowhere"))
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("code", equalTo("NOT_FOUND"));
    given()
        .get(health + "/nowhere/else")
        .then()
        .statusCode(404)
        .contentType("application/problem+json");
  }

  @Test
  void countsRefusedWorkerByErrorCodeAndStaysReady() {
    TestApp app = TestApp.create();
    long before = refusals();
    WorkerOffer offer =
        new WorkerOffer(
            "akka", null, 1, 1, "test", app.name(), "stray", List.of(), List.of("noop"), 1);

    Assertions.assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(
            () ->
                new TestClient(app.token(TokenRole.WORKER)).ask(WorkerOperation.HANDSHAKE, offer));

    Assertions.assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> new TestClient("unknown").ask(WorkerOperation.HANDSHAKE, offer));

    assertThat(refusals()).isEqualTo(before + 2);
    assertThat(data(get("/group/agreement"), "agreement"))
        .containsKeys("refused.PROTOCOL_MISMATCH", "settingToChange.PROTOCOL_MISMATCH")
        .containsKey("refused.UNAUTHENTICATED")
        .containsEntry(
            "settingToChange.UNAUTHENTICATED", "worker: orrery.worker.token (ORRERY_WORKER_TOKEN)");
    assertThat(get("/ready").getString("status")).isEqualTo("UP");
    assertThat(get("/group/agreement").toString()).doesNotContain("stray", app.name(), "127.0.0.1");
  }

  private long refusals() {
    return ((Number) data(get("/group/agreement"), "agreement").get("refusals")).longValue();
  }

  private Json get(String path) {
    return Json.of(given().get(health + path), 200);
  }

  private static Map<String, Object> data(Json answer, String check) {
    return answer.named("checks", check).getMap("data");
  }
}
