package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Hourly;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Scrape;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import dev.orrery.testing.SignatureCheck;
import dev.orrery.testing.WebhookReceiver;
import dev.orrery.testing.WebhookReceiver.Received;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.arc.Arc;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that a real receiver gets for events of jobs. */
@QuarkusTest
class NotificationTest {
  private static final String DESCRIBED =
      "{\"processor\":{\"type\":\"noop\"},\"description\":\"Closes the day.\","
          + "\"labels\":{\"team\":\"billing\",\"tier\":\"gold\"},"
          + "\"links\":[{\"title\":\"Runbook\",\"url\":\"https://wiki.example.org\"}]}";

  @TestHTTPResource(management = true)
  URL management;

  @Inject
  @DataSource("engine")
  AgroalDataSource database;

  private TestApp app;
  private TestWorker worker;
  private WebhookReceiver receiver;

  @BeforeEach
  void start() {
    app = TestApp.create().withJob("job");
    worker = app.worker();
    receiver = new WebhookReceiver();
  }

  @AfterEach
  void stop() {
    app.asOperator().delete(app.path("/webhooks/ops"));
    receiver.close();
  }

  /** Returns the secret. */
  private String webhook(String more) {
    return app.asOperator()
        .body("{\"url\":\"" + receiver.url() + "\"" + more + "}")
        .put(app.path("/webhooks/ops"))
        .then()
        .statusCode(201)
        .extract()
        .as(Json.class)
        .getString("secret");
  }

  private String fail(String job, String error) {
    String id = app.run(job);
    worker.fail(worker.take(), error);
    return id;
  }

  private String succeed(String job) {
    String id = app.run(job);
    worker.succeed(worker.take());
    return id;
  }

  private List<Json> deliveries() {
    Json page = Json.of(app.asOperator().get(app.path("/webhooks/ops/deliveries")), 200);
    return page.getList("items").isEmpty()
        ? List.of()
        : Arrays.stream(toArray(page.node().path("items"))).map(Json::new).toList();
  }

  private static JsonNode[] toArray(JsonNode items) {
    JsonNode[] all = new JsonNode[items.size()];
    Arrays.setAll(all, items::get);
    return all;
  }

  /** The robot refuses with 200 as one of DingTalk does, until its third try. */
  @Test
  void sendsChatFormatAndDetectsRefusalWithStatus200() {
    String refusal = "{\"errcode\":310000,\"errmsg\":\"sign not match\"}";
    receiver.answeringTexts(refusal, refusal, refusal, "{\"errcode\":0,\"errmsg\":\"ok\"}");
    assertThat(
            webhook(
                ",\"format\":\"dingtalk\",\"secret\":\"SECx\",\"events\":[\"failed\",\"recovered\"]"))
        .as("no key of ours signs")
        .isNull();
    app.withJob("described", DESCRIBED);
    fail("described", "exit code 1");

    Json refused = awaitDelivery("GIVEN_UP");
    assertThat(refused.getInt("attempts")).isEqualTo(3);
    assertThat(refused.getString("error"))
        .isEqualTo("the receiver refused: errcode 310000 sign not match");
    assertThat(receiver.received().get(0).json().at("/text/content").asText())
        .matches(
            "\\["
                + app.name()
                + "] described failed at [0-9:]{8} UTC\nexit code 1\nAbout this job: Closes the day.\n"
                + "Runbook: https://wiki.example.org");

    succeed("described");
    assertThat(awaitDelivery("DELIVERED").getString("event")).isEqualTo("recovered");
    Json stored = app.asOperator().get(app.path("/webhooks/ops")).then().extract().as(Json.class);
    assertThat(stored.node().has("secret")).isFalse();
    assertThat(stored.node().toString()).doesNotContain("SECx");
  }

  @Test
  void sendsDescriptionOnlyForJobsWithMatchingLabels() {
    app.withJob("labelled", DESCRIBED)
        .withJob("other", "{\"processor\":{\"type\":\"noop\"},\"labels\":{\"team\":\"search\"}}");
    webhook(",\"events\":[\"failed\"],\"labels\":{\"team\":\"billing\"}");
    assertThat(
            app.asOperator()
                .get(app.path("/webhooks/ops"))
                .then()
                .extract()
                .as(Json.class)
                .getString("labels.team"))
        .isEqualTo("billing");
    fail("job", "no label");
    fail("other", "another label");
    fail("labelled", "exit code 1");

    awaitDelivery("DELIVERED");

    assertThat(receiver.received()).hasSize(1);
    JsonNode told = receiver.received().get(0).json();
    assertThat(told.path("job").asText()).isEqualTo("labelled");
    assertThat(told.path("description").asText()).isEqualTo("Closes the day.");
    assertThat(told.path("labels").toString())
        .isEqualTo("{\"team\":\"billing\",\"tier\":\"gold\"}");
    assertThat(told.path("links").toString())
        .isEqualTo("[{\"title\":\"Runbook\",\"url\":\"https://wiki.example.org\"}]");
  }

  @Test
  void sendsRecoveryOfJobThatHasLostItsLabel() {
    app.withJob("labelled", DESCRIBED);
    webhook(",\"events\":[\"failed\",\"recovered\"],\"labels\":{\"team\":\"billing\"}");
    fail("labelled", "exit code 1");
    awaitMessages(1);
    app.withJob("labelled", "{\"processor\":{\"type\":\"noop\"}}");
    String succeeded = succeed("labelled");

    JsonNode recovered = awaitMessages(2).get(1).json();

    assertThat(recovered.path("event").asText()).isEqualTo("recovered");
    assertThat(recovered.path("instance").asText()).isEqualTo(succeeded);
  }

  private Json awaitDelivery(String state) {
    // A chat gets a message in three seconds, and it may take three tries.
    return TestApp.eventually()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              ManualNotificationLoop.now();
              return deliveries().stream().filter(d -> state.equals(d.getString("state"))).toList();
            },
            found -> !found.isEmpty())
        .get(0);
  }

  /** The messages, once as many have come; the notifier looks again and again until then. */
  private List<Received> awaitMessages(int count) {
    TestApp.eventually()
        .until(
            () -> {
              ManualNotificationLoop.now();
              return receiver.received().size() >= count;
            });
    return receiver.received();
  }

  private void sql(String statement) {
    try (Connection connection = database.getConnection();
        Statement one = connection.createStatement()) {
      one.execute(statement);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void sendsFailureOnceUntilJobRecovers() {
    webhook("");
    String failed = fail("job", "out of milk");

    JsonNode told = awaitMessages(1).get(0).json();
    assertThat(told.path("event").asText()).isEqualTo("failed");
    assertThat(told.path("app").asText()).isEqualTo(app.name());
    assertThat(told.path("job").asText()).isEqualTo("job");
    assertThat(told.path("instance").asText()).isEqualTo(failed);
    assertThat(told.path("state").asText()).isEqualTo("FAILED");
    assertThat(told.path("error").asText()).isEqualTo("out of milk");
    assertThat(told.path("count").asInt()).isEqualTo(1);
    assertThat(told.path("at").asText())
        .startsWith(app.instance(failed).getString("endedAt").substring(0, 19));

    fail("job", "again");
    fail("job", "and again");
    String succeeded = succeed("job");

    JsonNode recovered = awaitMessages(2).get(1).json();
    assertThat(recovered.path("event").asText()).isEqualTo("recovered");
    assertThat(recovered.path("instance").asText()).isEqualTo(succeeded);
    assertThat(recovered.path("state").asText()).isEqualTo("SUCCEEDED");
    assertThat(recovered.path("since")).isEqualTo(told.path("at"));
    assertThat(Duration.parse(recovered.path("duration").asText()))
        .isBetween(Duration.ZERO, Duration.ofMinutes(2));

    fail("job", "once more");
    awaitMessages(3);
    assertThat(receiver.events()).containsExactly("failed", "recovered", "failed");
  }

  @Test
  void sendsOnlyEventsOfListedJobs() {
    app.withJob("other");
    webhook(",\"jobs\":[\"other\"]");

    fail("job", "not told");
    fail("other", "told");

    // Without a call of the look: its timer is tested here.
    assertThat(receiver.await(1).get(0).json().path("job").asText()).isEqualTo("other");
  }

  @Test
  void sendsMissedFiresWithCount() {
    webhook(",\"events\":[\"missed\"]");
    app.withJob(
        "hourly",
        "{%s,\"catchUpWindow\":\"PT0S\",\"processor\":{\"type\":\"noop\"}}"
            .formatted(Hourly.farFromNow().trigger()));

    sql(
        "update trigger set next_fire_at = next_fire_at - interval '5 hours' where job_id ="
            + " (select j.id from job j join app a on a.id = j.app_id and a.name = '"
            + app.name()
            + "' where j.name = 'hourly')");

    JsonNode told = awaitMessages(1).get(0).json();
    assertThat(told.path("event").asText()).isEqualTo("missed");
    assertThat(told.path("state").asText()).isEqualTo("SKIPPED");
    assertThat(told.path("count").asInt()).isEqualTo(5);
  }

  @Test
  void sendsLateMessageOnceWhileAnyRunIsLate() {
    webhook(",\"events\":[\"late\"],\"lateAfter\":\"PT1S\"");
    String first = app.run("job");
    app.run("job");
    app.run("job", "{\"runAt\":\"2099-01-01T00:00:00Z\"}");
    makeDueAMinuteAgo();

    JsonNode told = awaitMessages(1).get(0).json();
    assertThat(told.path("event").asText()).isEqualTo("late");
    assertThat(told.path("instance").asText()).isEqualTo(first);
    assertThat(told.path("state").asText()).isEqualTo("WAITING");
    assertThat(told.path("count").asInt()).isBetween(1, 2);
    assertThat(told.path("waitingFor").asText()).isEqualTo("DISPATCH");
    assertThat(told.path("limit").asText()).isEqualTo("PT1S");
    assertThat(Duration.parse(told.path("duration").asText()))
        .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(3));

    worker.takeAll(2).forEach(worker::succeed);
    TestApp.eventually()
        .until(
            () -> {
              ManualNotificationLoop.now();
              return !isLate();
            });
    app.run("job");
    makeDueAMinuteAgo();
    assertThat(awaitMessages(2)).hasSize(2);
  }

  @Test
  void sendsReminderWhileJobKeepsFailing() {
    webhook(",\"events\":[\"failed\"],\"remindAfter\":\"PT1H\"");
    String failed = fail("job", "exit code 1");
    assertThat(awaitMessages(1).get(0).json().has("since")).isFalse();

    TestDatabase.update(
        """
        update webhook_job_health s set failing_since = failing_since - interval '1 hour'
        from job j join app a on a.id = j.app_id
        where s.job_id = j.id and a.name = ?
        """,
        app.name());

    JsonNode reminder = awaitMessages(2).get(1).json();
    assertThat(reminder.path("event").asText()).isEqualTo("failed");
    assertThat(reminder.path("instance").asText()).isEqualTo(failed);
    assertThat(reminder.path("error").asText()).isEqualTo("exit code 1");
    assertThat(Duration.parse(reminder.path("duration").asText()))
        .isBetween(Duration.ofHours(1), Duration.ofMinutes(62));
  }

  @Test
  void sendsOverdueThenRecoveryOfJobThatNeverRan() {
    webhook("");
    app.withJob(
        "backup", "{\"processor\":{\"type\":\"noop\"},\"alerts\":{\"noSuccessFor\":\"26h\"}}");
    app.withJob(
        "paused", "{\"processor\":{\"type\":\"noop\"},\"alerts\":{\"noSuccessFor\":\"26h\"}}");
    app.asOperator().post(app.path("/jobs/paused/pause")).then().statusCode(200);
    age("counted_from", "27 hours");
    check("success_check_at");

    JsonNode overdue = awaitMessages(1).get(0).json();
    assertThat(overdue.path("event").asText()).isEqualTo("overdue");
    assertThat(overdue.path("job").asText()).isEqualTo("backup");
    assertThat(overdue.has("instance")).isFalse();
    assertThat(overdue.has("since")).isTrue();
    assertThat(overdue.path("limit").asText()).isEqualTo("PT26H");
    assertThat(Duration.parse(overdue.path("duration").asText()))
        .isBetween(Duration.ofHours(27), Duration.ofHours(28));
    assertThat(overdue.has("zone")).isFalse();

    check("success_check_at");
    String success = succeed("backup");
    JsonNode recovered = awaitMessages(2).get(1).json();
    assertThat(recovered.path("event").asText()).isEqualTo("recovered");
    assertThat(recovered.path("of").asText()).isEqualTo("overdue");
    assertThat(recovered.path("instance").asText()).isEqualTo(success);
    assertThat(receiver.events()).containsExactly("overdue", "recovered");
  }

  /** Its webhooks go with their last message. */
  @Test
  void closesAlarmsOfDeletedApp() {
    webhook("");
    fail("job", "no");
    awaitMessages(1);

    Api.asAdmin()
        .delete(Api.V1 + "/apps/" + app.name() + "?withContents=true")
        .then()
        .statusCode(204);

    assertThat(awaitMessages(2).get(1).json().path("reason").asText()).isEqualTo("DELETED");
    assertThat(receiver.events()).containsExactly("failed", "closed");
    TestApp.eventually()
        .until(
            () -> {
              Arc.container().instance(NotificationLoop.class).get().prune(Duration.ofDays(1));
              return TestDatabase.read(
                  "select count(*) from webhook w join app a on a.id = w.app_id where a.name = ?",
                  app.name());
            },
            "0"::equals);
  }

  @Test
  void sendsSlowMessageOnceUntilRunIsFastEnough() {
    webhook("");
    app.withJob(
        "import",
        "{\"processor\":{\"type\":\"noop\"},\"alerts\":{\"runsLongerThan\":\"10s\"},"
            + "\"trigger\":{\"cron\":\"0 30 2 29 2 *\",\"zone\":\"Europe/Berlin\"}}");
    String id = app.run("import");
    Assignment run = worker.take();
    startEarlier(id);

    JsonNode slow = awaitMessages(1).get(0).json();
    assertThat(slow.path("event").asText()).isEqualTo("slow");
    assertThat(slow.path("instance").asText()).isEqualTo(id);
    assertThat(slow.path("state").asText()).isEqualTo("RUNNING");
    assertThat(slow.path("limit").asText()).isEqualTo("PT10S");
    assertThat(slow.path("zone").asText()).isEqualTo("Europe/Berlin");

    worker.succeed(run);
    String fast = succeed("import");
    JsonNode recovered = awaitMessages(2).get(1).json();
    assertThat(recovered.path("event").asText()).isEqualTo("recovered");
    assertThat(recovered.path("of").asText()).isEqualTo("slow");
    assertThat(recovered.path("instance").asText()).isEqualTo(fast);
  }

  private static void startEarlier(String instance) {
    TestDatabase.update(
        "update instance set started_at = started_at - interval '1 minute' where id = ?",
        Long.parseLong(instance));
  }

  @Test
  void pausesJobAfterConsecutiveFailuresDespiteEditOfAlertsAndNotifies() {
    webhook("");
    String rule = "{\"processor\":{\"type\":\"noop\"},\"onFailure\":{\"pauseAfter\":2}%s}";
    app.withJob("fragile", rule.formatted(""));
    fail("fragile", "exit code 1");
    app.withJob("fragile", rule.formatted(",\"alerts\":{\"noSuccessFor\":\"PT26H\"}"));
    String last = fail("fragile", "exit code 2");

    JsonNode paused = awaitMessages(2).get(1).json();
    assertThat(paused.path("event").asText()).isEqualTo("paused");
    assertThat(paused.path("instance").asText()).isEqualTo(last);
    assertThat(paused.path("count").asInt()).isEqualTo(2);
    Json job = app.asOperator().get(app.path("/jobs/fragile")).then().extract().as(Json.class);
    assertThat(job.getString("status.pause.note"))
        .isEqualTo("Paused after 2 failures in a row: exit code 2");
    assertThat(job.getString("status.pause.by.role")).isEqualTo("scheduler");
  }

  private void age(String column, String by) {
    TestDatabase.update(
        """
        update job_watch w set %s = w.%s - interval '%s' from app a
        where a.id = w.app_id and a.name = ?
        """
            .formatted(column, column, by),
        app.name());
  }

  /** Makes watched jobs due for a check, except those for which none is planned. */
  private void check(String column) {
    TestDatabase.update(
        """
        update job_watch w set %s = statement_timestamp() from app a
        where a.id = w.app_id and a.name = ? and w.%s is not null
        """
            .formatted(column, column),
        app.name());
  }

  private void makeDueAMinuteAgo() {
    TestDatabase.update(
        """
        update instance i set due_at = i.due_at - interval '1 minute'
        from job j join app a on a.id = j.app_id
        where i.job_id = j.id and a.name = ? and i.due_at <= statement_timestamp()
        """,
        app.name());
  }

  private boolean isLate() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select from webhook_job_health s join webhook w on w.id = s.webhook_id"
                    + " join app a on a.id = w.app_id where s.late_since is not null and a.name = '"
                    + app.name()
                    + "'")) {
      return rows.next();
    }
  }

  private static boolean isGenuine(String secret, Received message)
      throws GeneralSecurityException {
    return SignatureCheck.isGenuine(
        secret,
        message.headers().get("webhook-id"),
        message.headers().get("webhook-timestamp"),
        message.body(),
        message.headers().get("webhook-signature"));
  }

  /** Lines are broken as the formatter likes them, so blanks do not count. */
  @Test
  void matchesSignatureCheckExampleInDocumentation() throws IOException {
    String page = Files.readString(Path.of("..", "..", "docs", "notifications.md"));
    String example = page.substring(page.indexOf("static boolean isGenuine"));
    String here =
        Files.readString(
            Path.of(
                "../../integration-tests/test-support/src/main/java/dev/orrery/testing/SignatureCheck.java"));
    String tested = here.substring(here.indexOf("static boolean isGenuine"));

    assertThat(tested.replaceAll("\\s", ""))
        .isEqualTo(example.substring(0, example.indexOf("```")).replaceAll("\\s", "") + "}");
  }

  @Test
  void signsMessagesWithOldAndNewSecretAfterRotation() throws Exception {
    String first = webhook("");
    test();
    Received before = receiver.await(1).get(0);
    assertThat(isGenuine(first, before)).isTrue();
    assertThat(before.headers().get("content-type")).isEqualTo("application/json");
    assertThat(before.headers().get("user-agent")).startsWith("orrery/");
    assertThat(Long.parseLong(before.headers().get("webhook-timestamp")))
        .isGreaterThan(1_700_000_000L);

    String second =
        Json.of(app.asOperator().post(app.path("/webhooks/ops/secret")), 200).getString("secret");
    assertThat(isGenuine(second, before)).isFalse();
    test();
    Received after = receiver.await(2).get(1);
    assertThat(isGenuine(first, after)).isTrue();
    assertThat(isGenuine(second, after)).isTrue();
    sql("update webhook set previous_secret_expires_at = now() where previous_secret is not null");
    test();
    Received later = receiver.await(3).get(2);
    assertThat(isGenuine(first, later)).isFalse();
    assertThat(isGenuine(second, later)).isTrue();
  }

  /** Returns the id of the delivery. */
  private String test() {
    return Json.of(app.asOperator().post(app.path("/webhooks/ops/test")), 202).getString("id");
  }

  @Test
  void deliversAndListsTestMessageOfDisabledWebhook() {
    webhook(",\"enabled\":false");

    String id = test();

    Received message = receiver.await(1).get(0);
    assertThat(message.event()).isEqualTo("test");
    assertThat(message.id()).isEqualTo("msg_" + id);
    Json delivery = awaitDelivery("DELIVERED");
    assertThat(delivery.getString("id")).isEqualTo(id);
    assertThat(delivery.getString("event")).isEqualTo("test");
    assertThat(delivery.getInt("attempts")).isEqualTo(1);
    assertThat(delivery.getInt("status")).isEqualTo(204);
    assertThat(delivery.getString("body.event")).isEqualTo("test");
    assertThat(delivery.getString("endedAt")).isNotNull();
    assertThat(delivery.getString("nextTryAt")).isNull();
  }

  @Test
  void retriesFailedDeliveryWithSameIdUntilAccepted() {
    Scrape before = Scrape.of(management);
    webhook("");
    receiver.answering(500, 302, 429);

    fail("job", "no");

    List<Received> tries = awaitMessages(4);
    assertThat(tries).extracting(Received::id).containsOnly(tries.get(0).id());
    assertThat(tries).extracting(Received::body).containsOnly(tries.get(0).body());
    Json delivery = awaitDelivery("DELIVERED");
    assertThat(delivery.getInt("attempts")).isEqualTo(4);
    TestApp.eventually()
        .until(
            () ->
                Scrape.of(management)
                        .since(before, "orrery_notifications_sent_total{outcome=\"delivered\"}")
                    >= 1);
    assertThat(
            Scrape.of(management)
                .since(before, "orrery_notifications_sent_total{outcome=\"retried\"}"))
        .isGreaterThanOrEqualTo(3);
  }

  @Test
  void showsReasonOfFailedDelivery() {
    webhook("");
    receiver.answering(302, 302, 302, 302, 302, 302);

    test();

    Json waiting =
        TestApp.eventually()
            .until(() -> deliveries().get(0), delivery -> delivery.getInt("attempts") >= 1);
    assertThat(waiting.getString("state")).isEqualTo("WAITING");
    assertThat(waiting.getInt("status")).isEqualTo(302);
    assertThat(waiting.getString("error")).contains("redirects are not followed");
    assertThat(waiting.getString("nextTryAt")).isNotNull();
  }

  @Test
  void disablesWebhookWhenReceiverAnswersGone() {
    webhook("");
    receiver.answering(410);
    fail("job", "no");
    awaitMessages(1);

    Json disabled =
        TestApp.eventually()
            .until(
                () -> app.asOperator().get(app.path("/webhooks/ops")).as(Json.class),
                read -> !read.getBoolean("enabled"));
    assertThat(disabled.getString("status.disabledReason")).contains("410");
    assertThat(awaitDelivery("GIVEN_UP").getString("event")).isEqualTo("failed");
    app.asOperator()
        .body("{\"url\":\"" + receiver.url() + "\"}")
        .put(app.path("/webhooks/ops"))
        .then()
        .statusCode(200);
    fail("job", "yes");
    assertThat(awaitMessages(2).get(1).json().path("error").asText()).isEqualTo("yes");
  }

  @Test
  void refusesDeliveryToAddressOutsideAllowedNetworks() {
    webhook("");
    for (String host : List.of("169.254.169.254", "10.0.0.1", "127.0.0.2", "[::1]")) {
      app.asOperator()
          .body("{\"url\":\"" + receiver.url().replace("127.0.0.1", host) + "\"}")
          .put(app.path("/webhooks/ops"))
          .then()
          .statusCode(200);
      String id = test();
      Json refused =
          TestApp.eventually()
              .until(() -> deliveries().get(0), delivery -> delivery.getInt("attempts") >= 1);
      assertThat(refused.getString("id")).isEqualTo(id);
      assertThat(refused.getString("error"))
          .as(host)
          .contains("orrery.notifications.allowed-networks");
    }
    assertThat(receiver.received()).isEmpty();
  }

  @Test
  void abandonsPendingMessagesWhenWebhookIsDisabled() {
    webhook("");
    receiver.answering(500, 500, 500, 500, 500, 500, 500, 500, 500, 500);
    fail("job", "first");
    awaitMessages(1);

    app.asOperator()
        .body("{\"url\":\"" + receiver.url() + "\",\"enabled\":false}")
        .put(app.path("/webhooks/ops"));

    assertThat(awaitDelivery("GIVEN_UP").getString("error")).contains("disabled");
    fail("job", "second");
    assertThat(deliveries()).hasSize(1);
  }
}
