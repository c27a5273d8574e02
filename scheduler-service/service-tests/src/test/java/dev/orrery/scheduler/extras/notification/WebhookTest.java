package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Webhook documents in the API. */
@QuarkusTest
class WebhookTest {
  private static final String DOCUMENT = "{\"url\":\"https://example.org/x\",\"jobs\":[\"a\"]}";

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  private Response put(String name, String document) {
    return app.asOperator().body(document).put(app.path("/webhooks/" + name));
  }

  private Response get(String rest) {
    return app.asOperator().get(app.path("/webhooks" + rest));
  }

  @Test
  void showsWebhookSecretOnlyAtCreation() {
    Response created = put("ops", DOCUMENT);

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.header("Location")).isEqualTo(app.path("/webhooks/ops"));
    assertThat(created.header("Cache-Control")).contains("no-store");
    String secret = created.as(Json.class).getString("secret");
    assertThat(secret).startsWith("whsec_");
    assertThat(put("ops", DOCUMENT).asString()).doesNotContain("whsec_");
    assertThat(get("/ops").asString()).doesNotContain("whsec_", "secret");
    assertThat(get("").asString()).doesNotContain("whsec_", "secret");
  }

  @Test
  void returnsDefaultsInWebhookThatCanBeWrittenBack() {
    put("ops", DOCUMENT);

    Response read = get("/ops");
    Json webhook = read.as(Json.class);
    assertThat(webhook.getString("name")).isEqualTo("ops");
    assertThat(webhook.getStrings("events"))
        .containsExactly(
            "failed", "recovered", "closed", "missed", "late", "overdue", "slow", "paused");
    assertThat(webhook.getStrings("jobs")).containsExactly("a");
    assertThat(webhook.getInt("threshold")).isEqualTo(1);
    assertThat(webhook.getString("window")).isEqualTo("PT10M");
    assertThat(webhook.getString("lateAfter")).isEqualTo("PT1M");
    assertThat(webhook.getBoolean("enabled")).isTrue();
    assertThat(webhook.getInt("status.version")).isEqualTo(1);

    Response again = put("ops", read.asString());
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.header("ETag")).isEqualTo(read.header("ETag"));
  }

  @Test
  void versionsWebhookEditsAndEnforcesPreconditions() {
    String etag = put("ops", DOCUMENT).header("ETag");
    String other = DOCUMENT.replace("example.org", "example.com");

    Response stale =
        app.asOperator().header("If-Match", "\"0-0\"").body(other).put(app.path("/webhooks/ops"));
    Refused.with(ErrorCode.PRECONDITION_FAILED, stale).saying("the webhook is at " + etag);
    assertThat(get("/ops").header("ETag")).isEqualTo(etag);

    Response changed =
        app.asOperator().header("If-Match", etag).body(other).put(app.path("/webhooks/ops"));
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.as(Json.class).getInt("status.version")).isEqualTo(2);
    Refused.with(
        ErrorCode.PRECONDITION_FAILED,
        app.asOperator().header("If-None-Match", "*").body(other).put(app.path("/webhooks/ops")));
    Refused.with(
        ErrorCode.PRECONDITION_FAILED,
        app.asOperator().header("If-Match", etag).delete(app.path("/webhooks/ops")));
    app.asOperator()
        .header("If-Match", "W/" + changed.header("ETag"))
        .delete(app.path("/webhooks/ops"))
        .then()
        .statusCode(204);
  }

  @Test
  void returnsWebhookDifferencesOnDryRunWithoutChange() {
    Json creation = dryRun(DOCUMENT);
    assertThat(creation.getString("change")).isEqualTo("create");
    Refused.with(ErrorCode.NOT_FOUND, get("/ops"));
    put("ops", DOCUMENT);

    Json update = dryRun(DOCUMENT.replace("\"jobs\"", "\"threshold\":4,\"jobs\""));

    assertThat(update.getString("change")).isEqualTo("update");
    assertThat(update.getStrings("differences.field")).containsExactly("threshold");
    assertThat(get("/ops").as(Json.class).getInt("threshold")).isEqualTo(1);
  }

  private Json dryRun(String document) {
    return Json.of(
        app.asOperator().queryParam("dryRun", true).body(document).put(app.path("/webhooks/ops")),
        200);
  }

  @Test
  void refusesInvalidWebhookAndNamesFieldWithoutStoring() {
    Refused.with(ErrorCode.INVALID, put("ops", "{\"url\":\"ftp://example.org/\"}")).at("url");
    Refused.with(ErrorCode.INVALID, put("ops", "{\"url\":\"https://u:p@example.org/\"}")).at("url");
    Refused.with(ErrorCode.MALFORMED, put("ops", "{\"url\":7}")).at("url");
    Refused.with(
            ErrorCode.INVALID,
            put("ops", DOCUMENT.replace("\"jobs\"", "\"colour\":\"red\",\"jobs\"")))
        .at("colour");
    Refused.with(ErrorCode.INVALID, put("a~b", DOCUMENT)).at("webhook");

    assertThat(get("").as(Json.class).getList("items")).isEmpty();
  }

  @Test
  void limitsNumberOfWebhooksPerApp() {
    for (int i = 0; i < 20; i++) {
      assertThat(put("hook-" + i, DOCUMENT).statusCode()).isEqualTo(201);
    }

    Refused.with(ErrorCode.INVALID, put("one-more", DOCUMENT)).saying("at most 20");
  }

  @Test
  void answersNotFoundForDeletedWebhook() {
    put("ops", DOCUMENT);
    app.asOperator().post(app.path("/webhooks/ops/test")).then().statusCode(202);

    assertThat(app.asOperator().delete(app.path("/webhooks/ops")).statusCode()).isEqualTo(204);

    Refused.with(ErrorCode.NOT_FOUND, get("/ops")).saying("'ops'");
    Refused.with(ErrorCode.NOT_FOUND, get("/ops/deliveries"));
    Refused.with(ErrorCode.NOT_FOUND, app.asOperator().delete(app.path("/webhooks/ops")));
    Refused.with(ErrorCode.NOT_FOUND, app.asOperator().post(app.path("/webhooks/ops/test")));
    Refused.with(ErrorCode.NOT_FOUND, app.asOperator().post(app.path("/webhooks/ops/secret")));
  }

  @Test
  void refusesViewerReadingWebhook() {
    put("ops", DOCUMENT);

    Refused.with(
        ErrorCode.FORBIDDEN, Api.as(app.token(TokenRole.VIEWER)).get(app.path("/webhooks/ops")));
  }
}
