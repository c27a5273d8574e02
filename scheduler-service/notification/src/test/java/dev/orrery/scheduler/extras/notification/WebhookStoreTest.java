package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.database.StoreDatabase.Client;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.extras.notification.OutboxStore.Outgoing;
import dev.orrery.scheduler.extras.notification.WebhookReader.Written;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookStoreTest extends StoreTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration DAY = Duration.ofHours(24);
  private static final WebhookSecret OLD = secret(1);
  private static final WebhookSecret NEW = secret(2);

  private int app;
  private long id;

  @BeforeEach
  void createRows() {
    app = database.job().app();
    store(database.hotAt(NOON)).insert(app, document("http://x/"), OLD);
    id = database.number("select id from webhook");
  }

  @Test
  void keepsPreviousSecretForGracePeriodAfterRotation() {
    store(database.hotAt(NOON)).rotate(id, NEW, DAY);

    Outgoing before = takeAt(NOON.plus(DAY).minusMillis(1));
    assertThat(before.secret().key()).isEqualTo(NEW.key());
    assertThat(before.previousSecret()).as("the secret before, 1 ms before its end").isNotNull();
    assertThat(before.previousSecret().key()).isEqualTo(OLD.key());
    Outgoing after = takeAt(NOON.plus(DAY));
    assertThat(after.secret().key()).isEqualTo(NEW.key());
    assertThat(after.previousSecret()).isNull();
  }

  @Test
  void resetsJobHealthWhenWebhookIsEdited() {
    database.update("insert into webhook_job_health (webhook_id, job_id) values (?, 1)", id);

    store(database.hotAt(NOON)).update(id, document("http://y/"));
    assertThat(database.number("select count(*) from webhook_job_health")).isZero();
    assertThat(database.texts("select url || ' ' || version from webhook"))
        .containsExactly("http://y/ 2");
  }

  @Test
  void waitsForOngoingEvaluationBeforeWebhookEdit() {
    Client evaluating = database.begin();
    assertThat(evaluating.transaction(EvaluationStore::tryLock)).isTrue();

    var edit =
        database
            .call(
                client -> {
                  store(client).keepEvaluationOut();
                  return true;
                })
            .awaitBlocked();
    evaluating.commit();

    assertThat(edit.result()).isTrue();
  }

  @Test
  void editsRotatesAndDeletesOnlyGivenWebhook() {
    WebhookStore store = store(database.hotAt(NOON));
    store.insert(database.job().app(), document("http://other/"), OLD);
    long other = database.number("select max(id) from webhook");
    database.update("insert into webhook_job_health (webhook_id, job_id) values (?, 1)", other);

    store.update(id, document("http://y/"));
    store.rotate(id, NEW, DAY);
    assertThat(database.numbers("select webhook_id from webhook_job_health"))
        .containsExactly(other);
    assertThat(
            database.texts(
                """
                select concat_ws(' ', url, version, previous_secret is not null)
                from webhook order by id
                """))
        .containsExactly("http://y/ 2 t", "http://other/ 1 f");

    store.delete(id);
    assertThat(database.numbers("select id from webhook")).containsExactly(other);
  }

  @Test
  void keepsReceiverKeyUntilFormatHasNone() {
    WebhookStore store = store(database.hot());
    store.update(id, document("ops", WebhookFormat.FEISHU, "http://x/", Optional.of("first")));
    assertThat(keys()).containsExactly("first");

    store.update(id, document("ops", WebhookFormat.FEISHU, "http://y/", Optional.empty()));
    assertThat(keys()).containsExactly("first");
    assertThat(store.find(app, "ops").orElseThrow().hasKey()).isTrue();

    store.update(id, document("ops", WebhookFormat.FEISHU, "http://y/", Optional.of("second")));
    assertThat(keys()).containsExactly("second");

    store.update(id, document("ops", WebhookFormat.SLACK, "http://y/", Optional.empty()));
    assertThat(keys()).containsExactly("none");
    assertThat(store.find(app, "ops").orElseThrow().hasKey()).isFalse();
  }

  private List<String> keys() {
    return database.texts("select coalesce(receiver_key, 'none') from webhook");
  }

  @Test
  void clearsDisabledReasonWhenWebhookIsEdited() {
    database.update("update webhook set enabled = false, disabled_reason = 'gone'");

    store(database.hot()).update(id, document("http://y/"));

    assertThat(store(database.hot()).find(app, "ops").orElseThrow().disabledReason()).isNull();
  }

  @Test
  void returnsErrorOfNewestAttemptedMessage() {
    int other = database.job().app();
    store(database.hotAt(NOON)).insert(other, document("ops", "http://other/"), OLD);
    assertThat(lastErrors()).as("before the first message").containsOnlyNulls();

    deliver(0, 0, null);
    assertThat(lastErrors()).as("a message that waits for its first try").containsOnlyNulls();
    deliver(0, 3, "answered 500");
    deliver(0, 0, null);
    assertThat(lastErrors()).containsOnly("answered 500");
    deliver(1, 1, null);
    assertThat(lastErrors()).as("after a delivery").containsOnlyNulls();
    deliver(2, 7, "answered 503");
    assertThat(lastErrors()).containsOnly("answered 503");
    assertThat(store(database.hot()).find(other, "ops").orElseThrow().lastError()).isNull();
  }

  /** Of the list and of the webhook alone. */
  private List<String> lastErrors() {
    WebhookStore store = store(database.hot());
    return Arrays.asList(
        store.page(app, "", 9).get(0).lastError(),
        store.find(app, "ops").orElseThrow().lastError());
  }

  private void deliver(int state, int attempts, String error) {
    database.update(
        """
        insert into webhook_delivery (webhook_id, event, body, state, attempts, last_error)
        values (?, 'failed', '{}', ?, ?, ?)
        """,
        id,
        state,
        attempts,
        error);
  }

  @Test
  void listsWebhooksOfAppByName() {
    WebhookStore store = store(database.hot());
    for (String name : List.of("c", "b", "a")) {
      store.insert(app, document(name, "http://x/"), OLD);
    }
    int other = database.job().app();
    store.insert(other, document("b", "http://other/"), OLD);

    assertThat(names(store.page(app, "", 2))).containsExactly("a", "b");
    assertThat(names(store.page(app, "b", 9))).containsExactly("c", "ops");
    assertThat(store.count(app)).isEqualTo(4);
    assertThat(store.count(other)).isOne();
    assertThat(store.find(other, "b").orElseThrow().document().url()).isEqualTo("http://other/");
    assertThat(store.find(other, "a")).isEmpty();

    store.deleteAllOf(
        other, new HealthEvaluation(database.hot(), new ObjectMapper(), Optional::empty));
    assertThat(store.count(app)).isEqualTo(4);
    assertThat(store.count(other)).isZero();
  }

  private static List<String> names(List<Webhook> webhooks) {
    return webhooks.stream().map(webhook -> webhook.document().name()).toList();
  }

  private Outgoing takeAt(Instant now) {
    database.update("delete from webhook_delivery");
    database.update("update webhook set busy_until = '-infinity'");
    database.update(
        """
        insert into webhook_delivery (webhook_id, event, body, next_try_at)
        values (?, 'test', '{}', '2026-01-01')
        """,
        id);
    List<Outgoing> taken =
        new OutboxStore(database.hotAt(now)).take(1, Map.of(), 1, Duration.ofSeconds(30));
    assertThat(taken).hasSize(1);
    return taken.get(0);
  }

  private static Written document(String url) {
    return document("ops", url);
  }

  private static Written document(String name, String url) {
    return document(name, WebhookFormat.JSON, url, Optional.empty());
  }

  private static Written document(
      String name, WebhookFormat format, String url, Optional<String> key) {
    return new Written(
        new WebhookDocument(
            name,
            format,
            url,
            List.of(WebhookEvent.FAILED),
            null,
            null,
            1,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            null,
            MessageLanguage.EN,
            true),
        key);
  }

  private static WebhookSecret secret(int content) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) content);
    return new WebhookSecret(key);
  }

  private static WebhookStore store(Client client) {
    return new WebhookStore(client.edit());
  }
}
