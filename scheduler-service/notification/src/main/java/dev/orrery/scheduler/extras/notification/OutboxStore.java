package dev.orrery.scheduler.extras.notification;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.extras.notification.DeliveryView.State;
import dev.orrery.scheduler.http.rest.PageBytes;
import dev.orrery.scheduler.http.rest.PageRows;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Reads and writes the deliveries of webhooks. */
@ApplicationScoped
class OutboxStore {
  private static final String ADD =
      """
      insert into webhook_delivery (webhook_id, event, body, state, ended_at, last_error)
      select ?, ?, ?, case when is_full then :GIVEN_UP else :WAITING end,
        case when is_full then statement_timestamp() end,
        case when is_full then 'too many messages were waiting for this webhook' end
      from (select count(*) >= ? as is_full from (
        select from webhook_delivery where webhook_id = ? and state = :WAITING limit ?
      ) waiting) bound
      returning id
      """
          .transform(State::resolve);

  private static final String PAGE =
      PageBytes.within(
          """
          select id, event, body, state, attempts, created_at, next_try_at, ended_at, last_status,
            last_error
          from webhook_delivery where webhook_id = ? and id < ? order by id desc limit ?
          """,
          "octet_length(body) + coalesce(octet_length(last_error), 0)",
          "id desc");

  /**
   * Takes the next message of each webhook without a delivery in flight; of chats, all that wait
   * for the same event, of which the first are told one by one. The column busy_until, not a lock,
   * makes other replicas skip the webhook, so that no transaction is open during the call. It
   * expires if this replica dies; another replica then sends the message again. The first messages
   * of all apps precede any second message, including messages in flight. The statement reads all
   * webhooks, at most {@value NotificationLimits#MAX_WEBHOOKS} of each app, and probes the index of
   * waiting messages for webhooks without a delivery in flight.
   */
  private static final String TAKE =
      """
      with waiting as materialized (
        select w.id,
          coalesce((select f.deliveries
            from unnest(?::integer[], ?::integer[]) as f(app_id, deliveries)
            where f.app_id = w.app_id), 0)
          + row_number() over (partition by w.app_id order by w.busy_until, w.id) as place
        from webhook w
        where w.busy_until <= statement_timestamp()
          and exists (select from webhook_delivery d
            where d.webhook_id = w.id and d.state = :WAITING
              and d.next_try_at <= statement_timestamp())
      ), free as materialized (
        select w.id from waiting join webhook w on w.id = waiting.id
        where waiting.place <= ? and w.busy_until <= statement_timestamp()
        order by waiting.place, w.busy_until, w.id
        limit ?
        for update of w skip locked
      ), busy as (
        update webhook w set busy_until = statement_timestamp() + ? * interval '1 second'
        from free where w.id = free.id
        returning w.id, w.app_id, (select name from app where app.id = w.app_id) as app, w.name,
          w.format, w.url, w.language, w.receiver_key, w.secret,
          case when w.previous_secret_expires_at > statement_timestamp() then w.previous_secret end
            as previous_secret
      )
      select d.id, busy.id as webhook_id, d.event, d.attempts, told.ids, told.bodies, busy.app_id,
        busy.app, busy.name, busy.format, busy.url, busy.language, busy.receiver_key, busy.secret,
        busy.previous_secret
      from busy cross join lateral (
        select * from webhook_delivery d
        where d.webhook_id = busy.id and d.state = :WAITING
          and d.next_try_at <= statement_timestamp()
        order by d.next_try_at, d.id limit 1) d
      cross join lateral (
        select array_agg(same.id) as ids,
          array_agg(same.body order by same.place) filter (where same.place <= ?) as bodies
        from (
          select s.id, s.body, row_number() over (order by s.next_try_at, s.id) as place
          from webhook_delivery s
          where s.webhook_id = busy.id and s.state = :WAITING
            and s.next_try_at <= statement_timestamp()
            and (s.id = d.id or (s.event = d.event and busy.format = any(?) and s.event <> 'test'))
          order by s.next_try_at, s.id limit ?) same) told
      """
          .transform(State::resolve);

  private static final String DELIVERED =
      """
      update webhook_delivery set state = :DELIVERED, attempts = attempts + 1, last_status = ?,
        last_error = null, ended_at = statement_timestamp()
      where id = any(?) and state = :WAITING
      """
          .transform(State::resolve);

  /** Schedules the next try of messages, or gives up on those that would then be too old. */
  private static final String FAILED =
      """
      with tried as (
        select id, created_at + ? * interval '1 millisecond'
          < statement_timestamp() + ? * interval '1 millisecond' as is_over
        from webhook_delivery where id = any(?) and state = :WAITING
      )
      update webhook_delivery d set attempts = d.attempts + 1, last_status = ?, last_error = ?,
        next_try_at = statement_timestamp() + ? * interval '1 millisecond',
        state = case when is_over then :GIVEN_UP else :WAITING end,
        ended_at = case when is_over then statement_timestamp() end
      from tried where d.id = tried.id and d.state = :WAITING
      returning is_over
      """
          .transform(State::resolve);

  private static final String FREE =
      """
      update webhook set busy_until = statement_timestamp() + ? * interval '1 millisecond'
      where id = ?
      """;

  private static final String DISABLE =
      "update webhook set enabled = false, disabled_reason = ?, version = version + 1 where id = ?";

  private static final String GIVE_UP =
      """
      update webhook_delivery set state = :GIVEN_UP, ended_at = statement_timestamp(),
        last_error = ?
      where webhook_id = ? and state = :WAITING and event <> 'test'
      """
          .transform(State::resolve);

  private static final List<String> CHATS =
      Arrays.stream(WebhookFormat.values())
          .filter(WebhookFormat::isChat)
          .map(WebhookFormat::spelling)
          .toList();

  private final EngineDatabase database;

  OutboxStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * A message in flight, which may tell of several events of one kind.
   *
   * @param id of the first delivery
   * @param ids of all deliveries that this message tells of
   * @param bodies of the first of them, at least one
   * @param attempts number of attempts before this one
   * @param receiverKey null if the receiver has given none
   * @param previousSecret null unless it is still valid
   */
  record Outgoing(
      long id,
      long webhook,
      int appId,
      String app,
      String webhookName,
      WebhookEvent event,
      WebhookFormat format,
      String url,
      MessageLanguage language,
      List<Long> ids,
      List<String> bodies,
      int attempts,
      String receiverKey,
      WebhookSecret secret,
      WebhookSecret previousSecret) {

    String body() {
      return bodies.get(0);
    }

    @Override
    public String toString() {
      return "Outgoing[" + app + "/" + webhookName + "/" + id + "]";
    }
  }

  /** Stores a message, or stores it as given up if too many already wait; returns its id. */
  static long add(Connection connection, long webhook, WebhookEvent event, String body)
      throws SQLException {
    return SqlStatement.of(connection, ADD)
        .with(webhook)
        .withText(event.spelling())
        .withText(body)
        .with(NotificationLimits.MAX_WAITING)
        .with(webhook)
        .with(NotificationLimits.MAX_WAITING)
        .first(row -> row.getLong("id"))
        .orElseThrow();
  }

  /** Returns the deliveries with ids below {@code before}, newest first. */
  static PageRows<DeliveryView> page(Connection connection, long webhook, long before, int limit)
      throws SQLException {
    return PageRows.read(
        SqlStatement.of(connection, PAGE).with(webhook).with(before).with(limit),
        OutboxStore::view);
  }

  /**
   * Takes the next messages, at most one for each webhook.
   *
   * @param inFlight number of messages that this replica is already sending, by app
   * @param perApp the maximum number of messages of an app, including messages in flight
   * @param atMost the time for which other replicas skip these webhooks
   */
  List<Outgoing> take(int limit, Map<Integer, Long> inFlight, int perApp, Duration atMost) {
    List<Integer> apps = List.copyOf(inFlight.keySet());
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, TAKE)
                .ints(apps)
                .ints(apps.stream().map(app -> inFlight.get(app).intValue()).toList())
                .with(perApp)
                .with(limit)
                .with(atMost.toSeconds())
                .with(NotificationLimits.MAX_TOLD)
                .texts(CHATS)
                .with(NotificationLimits.MAX_WAITING)
                .list(OutboxStore::outgoing));
  }

  void delivered(Outgoing message, int status) {
    database.transaction(
        connection -> {
          free(connection, message, message.format().pause());
          return SqlStatement.of(connection, DELIVERED)
              .with(status)
              .bigints(message.ids())
              .update();
        });
  }

  /**
   * Schedules the next attempt, or gives up.
   *
   * @param status null if there was no response
   * @param pause of the webhook, in which no other message is sent either
   * @return whether the message was given up
   */
  boolean failed(
      Outgoing message,
      Integer status,
      String error,
      Duration delay,
      Duration pause,
      Duration giveUpAfter) {
    return database.transaction(
        connection -> {
          free(connection, message, pause);
          return SqlStatement.of(connection, FAILED)
              .with(giveUpAfter.toMillis())
              .with(delay.toMillis())
              .bigints(message.ids())
              .withInt(status)
              .withText(error)
              .with(delay.toMillis())
              .list(row -> row.getBoolean("is_over"))
              .contains(true);
        });
  }

  /**
   * Frees the webhook before its message is written: a deletion of the webhook locks in the same
   * order.
   */
  private static void free(Connection connection, Outgoing message, Duration pause)
      throws SQLException {
    SqlStatement.of(connection, FREE).with(pause.toMillis()).with(message.webhook()).update();
  }

  void disable(long webhook, String reason) {
    database.transaction(
        connection -> {
          SqlStatement.of(connection, DISABLE).withText(reason).with(webhook).update();
          giveUp(connection, webhook, reason);
          return null;
        });
  }

  /** Gives up the pending messages of the webhook, except tests. */
  static void giveUp(Connection connection, long webhook, String reason) throws SQLException {
    SqlStatement.of(connection, GIVE_UP).withText(reason).with(webhook).update();
  }

  private static Outgoing outgoing(ResultSet row) throws SQLException {
    byte[] previous = row.getBytes("previous_secret");
    return new Outgoing(
        row.getLong("id"),
        row.getLong("webhook_id"),
        row.getInt("app_id"),
        row.getString("app"),
        row.getString("name"),
        JsonFields.ofSpelling(WebhookEvent.values(), row.getString("event")).orElseThrow(),
        JsonFields.ofSpelling(WebhookFormat.values(), row.getString("format")).orElseThrow(),
        row.getString("url"),
        JsonFields.ofSpelling(MessageLanguage.values(), row.getString("language")).orElseThrow(),
        SqlStatement.list(row, "ids", Long.class),
        SqlStatement.list(row, "bodies", String.class),
        row.getInt("attempts"),
        row.getString("receiver_key"),
        new WebhookSecret(row.getBytes("secret")),
        previous == null ? null : new WebhookSecret(previous));
  }

  private static DeliveryView view(ResultSet row) throws SQLException {
    State state = State.ofCode(row.getInt("state"));
    Instant nextTryAt = state == State.WAITING ? SqlStatement.instant(row, "next_try_at") : null;
    return new DeliveryView(
        Long.toString(row.getLong("id")),
        JsonFields.ofSpelling(WebhookEvent.values(), row.getString("event")).orElseThrow(),
        state,
        row.getInt("attempts"),
        SqlStatement.instant(row, "created_at"),
        nextTryAt,
        SqlStatement.instant(row, "ended_at"),
        SqlStatement.nullableInt(row, "last_status"),
        row.getString("last_error"),
        row.getString("body"));
  }
}
