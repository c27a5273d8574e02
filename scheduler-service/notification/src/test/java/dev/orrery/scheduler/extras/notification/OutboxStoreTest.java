package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.extras.notification.OutboxStore.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxStoreTest extends StoreTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration AT_MOST = Duration.ofSeconds(30);
  private static final Duration DAY = Duration.ofHours(24);
  private static final int ALL = 16;

  private StoredJob job;
  private long webhook;

  @BeforeEach
  void createRows() {
    job = database.job();
    webhook = webhook("ops");
  }

  @Test
  void fetchesEarliestDueMessageRegardlessOfId() {
    long second = message(webhook, NOON.minusSeconds(1));
    long first = message(webhook, NOON.minusSeconds(2));

    assertThat(takenAt(NOON)).containsExactly(first);
    database.update("update webhook_delivery set state = 1 where id = ?", first);
    assertThat(takenAt(NOON.plus(AT_MOST))).containsExactly(second);
  }

  @Test
  void fetchesMessageOnlyOnceDue() {
    long message = message(webhook, NOON);

    assertThat(takenAt(NOON.minusMillis(1))).isEmpty();
    assertThat(takenAt(NOON)).containsExactly(message);
  }

  @Test
  void fetchesSingleMessagePerWebhook() {
    long ours = message(webhook, NOON);
    message(webhook, NOON);
    long theirs = message(webhook("other"), NOON);

    assertThat(takenAt(NOON)).containsExactlyInAnyOrder(ours, theirs);
    assertThat(takenAt(NOON)).isEmpty();
  }

  @Test
  void refetchesMessageAfterBusyTimeoutOfDeadReplica() {
    long message = message(webhook, NOON);
    takenAt(NOON);

    assertThat(takenAt(NOON.plus(AT_MOST).minusMillis(1))).isEmpty();
    assertThat(takenAt(NOON.plus(AT_MOST))).containsExactly(message);
  }

  @Test
  void skipsWebhooksLockedByAnotherReplica() {
    message(webhook, NOON);
    long other = message(webhook("other"), NOON);
    database.begin().lock("select id from webhook where id = ? for update", webhook);

    List<Outgoing> taken = database.callWithoutBlocking(OutboxStoreTest::take);

    assertThat(taken).extracting(Outgoing::id).containsExactly(other);
  }

  @Test
  void limitsFetchedMessagesToShareOfApp() {
    for (int n = 0; n < 9; n++) {
      message(webhook("slow-" + n), NOON);
    }
    int many = job.app();
    job = database.job();
    long other = message(webhook("theirs"), NOON);

    assertThat(taken(2, Map.of())).as("the firsts of both").contains(other);
    assertThat(taken(ALL, Map.of(many, 1L))).as("the rest of the share").hasSize(3);
    assertThat(taken(ALL, Map.of(many, 4L))).isEmpty();
    assertThat(taken(ALL, Map.of(job.app(), 4L))).hasSize(4);
  }

  private List<Long> taken(int limit, Map<Integer, Long> inFlight) {
    return new OutboxStore(database.hotAt(NOON))
        .take(limit, inFlight, 4, AT_MOST).stream().map(Outgoing::id).toList();
  }

  @Test
  void retriesFailedMessageUntilNextTryWouldExceedDeadline() {
    message(webhook, NOON);
    Outgoing message = take(database.hotAt(NOON)).get(0);
    database.update("update webhook_delivery set created_at = ?::timestamptz", NOON.toString());
    Duration delay = Duration.ofHours(1);

    assertThat(failAt(NOON.plus(DAY).minus(delay), message, delay)).isFalse();
    assertThat(database.texts("select state || ' ' || next_try_at from webhook_delivery"))
        .containsExactly("0 2026-03-02 12:00:00+00");

    assertThat(failAt(NOON.plus(DAY).minus(delay).plusMillis(1), message, delay)).isTrue();
    assertThat(database.texts("select state || ' ' || attempts from webhook_delivery"))
        .containsExactly("2 2");
  }

  @Test
  void freesWebhookForNextMessageAfterAnswer() {
    message(webhook, NOON);
    long second = message(webhook, NOON.plusSeconds(1));
    Outgoing first = take(database.hotAt(NOON)).get(0);

    new OutboxStore(database.hotAt(NOON)).delivered(first, 200);

    assertThat(takenAt(NOON.plusSeconds(1))).containsExactly(second);
  }

  @Test
  void abandonsWaitingMessagesExceptTestsWhenWebhookIsDisabled() {
    message(webhook, NOON);
    message(webhook("other"), NOON);
    long test = message(webhook, NOON);
    database.update("update webhook_delivery set event = 'test' where id = ?", test);

    new OutboxStore(database.hot()).disable(webhook, "gone");

    assertThat(database.numbers("select state from webhook_delivery order by id"))
        .containsExactly(2L, 0L, 0L);
    assertThat(database.texts("select name from webhook where enabled")).containsExactly("other");
  }

  @Test
  void abandonsNewMessageBeyondLimitOfWaitingMessages() {
    database.update(
        """
        insert into webhook_delivery (webhook_id, event, body)
        select ?, 'failed', '{}' from generate_series(2, ?)
        """,
        webhook,
        NotificationLimits.MAX_WAITING);

    assertThat(stateOfNew()).as("the last that may wait").isZero();
    assertThat(stateOfNew()).as("one too many").isEqualTo(2);
    assertThat(endOf(database.number("select max(id) from webhook_delivery")))
        .isEqualTo("ended, attempts 0, too many messages were waiting for this webhook");
  }

  /** Those of another webhook, and those that were delivered, do not wait for this one. */
  @Test
  void countsOnlyWaitingMessagesOfSameWebhookAgainstLimit() {
    for (long of : List.of(webhook, webhook("other"))) {
      database.update(
          """
          insert into webhook_delivery (webhook_id, event, body, state)
          select ?, 'failed', '{}', ? from generate_series(1, ?)
          """,
          of,
          of == webhook ? 1 : 0,
          NotificationLimits.MAX_WAITING);
    }

    assertThat(stateOfNew()).isZero();
    assertThat(endOf(database.number("select max(id) from webhook_delivery")))
        .isEqualTo("not ended, attempts 0");
  }

  @Test
  void marksOnlySentMessageDelivered() {
    message(webhook, NOON);
    long other = message(webhook, NOON.plusSeconds(1));
    Outgoing sent = take(database.hotAt(NOON)).get(0);
    database.update("update webhook_delivery set last_error = 'the try before'");

    new OutboxStore(database.hot()).delivered(sent, 204);

    assertThat(endOf(sent.id())).isEqualTo("ended, attempts 1, 204");
    assertThat(endOf(other)).isEqualTo("not ended, attempts 0, the try before");
  }

  @Test
  void recordsFailureOnSentMessageOnly() {
    message(webhook, NOON);
    long other = message(webhook, NOON.plusSeconds(1));
    Outgoing sent = take(database.hotAt(NOON)).get(0);

    failAt(Instant.now(), sent, Duration.ofHours(1));
    assertThat(endOf(sent.id())).isEqualTo("not ended, attempts 1, 500, no");
    assertThat(endOf(other)).isEqualTo("not ended, attempts 0");

    failAt(Instant.now(), sent, DAY.plusHours(1));
    assertThat(endOf(sent.id())).isEqualTo("ended, attempts 2, 500, no");
  }

  /** Its webhook was disabled while the message was under way. */
  @Test
  void ignoresAnswerToAbandonedMessage() {
    message(webhook, NOON);
    Outgoing sent = take(database.hotAt(NOON)).get(0);
    new OutboxStore(database.hot()).disable(webhook, "gone");

    new OutboxStore(database.hot()).delivered(sent, 204);
    assertThat(failAt(NOON, sent, DAY)).isFalse();

    assertThat(endOf(sent.id())).isEqualTo("ended, attempts 0, gone");
    assertThat(database.numbers("select state from webhook_delivery")).containsExactly(2L);
  }

  @Test
  void storesReasonAndNewVersionWhenDisablingWebhook() {
    webhook("other");

    new OutboxStore(database.hot()).disable(webhook, "gone");

    assertThat(
            database.texts(
                """
                select concat_ws(' ', name, version, enabled, disabled_reason)
                from webhook order by id
                """))
        .containsExactly("ops 2 f gone", "other 1 t");
  }

  @Test
  void pairsMessageWithOwnWebhookAndApp() {
    int ours = job.app();
    job = database.job();
    long theirs = webhook("theirs");
    database.update("update webhook set url = 'http://theirs/' where id = ?", theirs);
    long second = message(theirs, NOON.minusSeconds(9));
    long first = message(webhook, NOON);

    assertThat(take(database.hotAt(NOON)))
        .extracting(Outgoing::id, Outgoing::webhook, Outgoing::app, Outgoing::webhookName)
        .containsExactlyInAnyOrder(
            tuple(first, webhook, app(ours), "ops"),
            tuple(second, theirs, app(job.app()), "theirs"));
  }

  @Test
  void fetchesMessageOfLeastRecentlyServedWebhookFirst() {
    long other = webhook("other");
    long first = message(other, NOON);
    long second = message(webhook, NOON);
    database.update("update webhook set busy_until = '2026-01-02' where id = ?", webhook);
    database.update("update webhook set busy_until = '2026-01-01' where id = ?", other);

    assertThat(new OutboxStore(database.hotAt(NOON)).take(1, Map.of(), ALL, AT_MOST))
        .extracting(Outgoing::id)
        .containsExactly(first);
    assertThat(takenAt(NOON)).containsExactly(second);
  }

  @Test
  void fetchesMessageOfOldestNeverServedWebhookFirst() {
    long other = webhook("other");
    message(other, NOON);
    long first = message(webhook, NOON);
    database.update("update webhook set url = 'http://y/' where id = ?", webhook);

    assertThat(new OutboxStore(database.hotAt(NOON)).take(1, Map.of(), ALL, AT_MOST))
        .extracting(Outgoing::id)
        .containsExactly(first);
  }

  @Test
  void fetchesOlderMessageFirstAmongSimultaneouslyDueMessages() {
    long older = message(webhook, NOON);
    message(webhook, NOON);
    database.update("update webhook_delivery set body = '[]' where id = ?", older);

    assertThat(takenAt(NOON)).containsExactly(older);
  }

  @Test
  void pagesDeliveriesNewestFirst() {
    List<Long> ids = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      ids.add(message(webhook, NOON));
      message(webhook("other" + n), NOON);
    }

    assertThat(page(Long.MAX_VALUE, 2)).containsExactly(ids.get(3), ids.get(2));
    assertThat(page(ids.get(2), 2)).containsExactly(ids.get(1), ids.get(0));
    assertThat(page(ids.get(0), 2)).isEmpty();
  }

  private List<Long> page(long before, int limit) {
    return database
        .hot()
        .autocommit(connection -> OutboxStore.page(connection, webhook, before, limit))
        .rows()
        .stream()
        .map(view -> Long.parseLong(view.id()))
        .toList();
  }

  private String app(int id) {
    return database.texts("select name from app where id = ?", id).get(0);
  }

  private String endOf(long message) {
    return database
        .texts(
            """
            select concat_ws(', ', case when ended_at is null then 'not ended' else 'ended' end,
              'attempts ' || attempts, last_status, last_error)
            from webhook_delivery where id = ?
            """,
            message)
        .get(0);
  }

  private long stateOfNew() {
    long id =
        database
            .hot()
            .autocommit(
                connection -> OutboxStore.add(connection, webhook, WebhookEvent.FAILED, "{}"));
    return database.number("select state from webhook_delivery where id = ?", id);
  }

  private long webhook(String name) {
    return job.webhook(name, "{failed}");
  }

  private long message(long of, Instant nextTry) {
    database.update(
        """
        insert into webhook_delivery (webhook_id, event, body, next_try_at)
        values (?, 'failed', '{}', ?::timestamptz)
        """,
        of,
        nextTry.toString());
    return database.number("select max(id) from webhook_delivery");
  }

  private List<Long> takenAt(Instant now) {
    return take(database.hotAt(now)).stream().map(Outgoing::id).toList();
  }

  private static List<Outgoing> take(EngineDatabase client) {
    return new OutboxStore(client).take(ALL, Map.of(), ALL, AT_MOST);
  }

  @Test
  void mergesChatMessagesOfSameEvent() {
    database.update("update webhook set format = 'slack' where id = ?", webhook);
    for (int i = 0; i < 22; i++) {
      message(webhook, NOON);
    }
    database.update(
        "update webhook_delivery set event = 'late' where id = ?",
        database.number("select min(id) + 3 from webhook_delivery"));

    List<Outgoing> taken = take(database.hotAt(NOON));

    assertThat(taken).hasSize(1);
    assertThat(taken.get(0).ids()).hasSize(21).doesNotContain(taken.get(0).id() + 3);
    assertThat(taken.get(0).bodies()).hasSize(20);

    new OutboxStore(database.hotAt(NOON)).delivered(taken.get(0), 200);

    assertThat(database.number("select count(*) from webhook_delivery where state = 1"))
        .isEqualTo(21);
    assertThat(take(database.hotAt(NOON.plusMillis(2_999)))).as("too soon").isEmpty();
    assertThat(take(database.hotAt(NOON.plusMillis(3_001))).get(0).event())
        .isEqualTo(WebhookEvent.LATE);
  }

  private boolean failAt(Instant now, Outgoing message, Duration delay) {
    return new OutboxStore(database.hotAt(now))
        .failed(message, 500, "no", delay, Duration.ZERO, DAY);
  }
}
