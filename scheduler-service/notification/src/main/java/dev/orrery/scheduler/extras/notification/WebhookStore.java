package dev.orrery.scheduler.extras.notification;

import dev.orrery.scheduler.base.database.JtaDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.http.rest.PageRows;
import dev.orrery.scheduler.model.job.document.LabelRules;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Reads and writes webhooks, in the transaction of the caller. */
@ApplicationScoped
class WebhookStore {
  static final String COLUMNS =
      """
      w.id, w.app_id, w.name, w.version, w.format, w.url, w.events, w.jobs, w.label_names, w.label_values, w.threshold,
      w.window_millis, w.late_after_millis, w.remind_after_millis, w.language, w.enabled, w.disabled_reason,
      w.receiver_key is not null as has_key""";

  /**
   * Adds the error of the newest message that was tried. Reads the index of a webhook's deliveries
   * from its end, past at most {@value NotificationLimits#MAX_WAITING} messages without a try.
   */
  private static final String WITH_LAST_ERROR =
      "select "
          + COLUMNS
          + """
            , (select d.last_error from webhook_delivery d
              where d.webhook_id = w.id and d.attempts > 0 order by d.id desc limit 1) as last_error
            from webhook w where app_id = ? and\s""";

  private static final String PAGE = WITH_LAST_ERROR + "name > ? order by name limit ?";
  private static final String FIND = WITH_LAST_ERROR + "name = ?";

  private static final String INSERT =
      """
      insert into webhook (app_id, name, version, format, url, events, jobs, label_names,
        label_values, threshold, window_millis, late_after_millis, remind_after_millis, language, enabled, receiver_key,
        secret)
      values (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String UPDATE =
      """
      update webhook set version = version + 1, format = ?, url = ?, events = ?, jobs = ?,
        label_names = ?, label_values = ?, threshold = ?, window_millis = ?, late_after_millis = ?, remind_after_millis = ?, language = ?,
        enabled = ?,
        receiver_key = case when ? then coalesce(?, receiver_key) end, disabled_reason = null
      where id = ?
      """;

  /** An edit resets the counters, because they were counted by the old rules. */
  private static final String FORGET_JOBS = "delete from webhook_job_health where webhook_id = ?";

  private static final String ROTATE =
      """
      update webhook set previous_secret = secret, secret = ?,
        previous_secret_expires_at = statement_timestamp() + ? * interval '1 second'
      where id = ?
      """;

  private static final String LOCK =
      """
      select pg_advisory_xact_lock(hashtext('orrery'), hashtext('notification')) is not null as locked
      """;

  private static final String COUNT = "select count(*) as number from webhook where app_id = ?";
  private static final String DELETE = "delete from webhook where id = ?";

  /** The webhook before its messages, as when a delivery ends. */
  private static final String RETIRE_ALL_OF = "update webhook set enabled = false where app_id = ?";

  private static final String GIVE_UP_ALL_OF =
      """
      update webhook_delivery d set state = :GIVEN_UP, ended_at = statement_timestamp(),
        last_error = 'the app was deleted'
      from webhook w
      where w.app_id = ? and d.webhook_id = w.id and d.state = :WAITING and d.event <> 'closed'
      """
          .transform(DeliveryView.State::resolve);

  private static final String DELETE_ALL_OF =
      """
      delete from webhook w where w.app_id = ? and not exists (
        select from webhook_delivery d where d.webhook_id = w.id and d.state = :WAITING)
      """
          .transform(DeliveryView.State::resolve);

  private final JtaDatabase database;

  WebhookStore(JtaDatabase database) {
    this.database = database;
  }

  /** Waits for a running evaluation, and prevents the next one until the end of the transaction. */
  void keepEvaluationOut() {
    database.inCurrentTransaction(
        connection -> SqlStatement.of(connection, LOCK).first(row -> row.getBoolean("locked")));
  }

  List<Webhook> page(int appId, String afterName, int limit) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, PAGE)
                .with(appId)
                .withText(afterName)
                .with(limit)
                .list(WebhookStore::readWithLastError));
  }

  Optional<Webhook> find(int appId, String name) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, FIND)
                .with(appId)
                .withText(name)
                .first(WebhookStore::readWithLastError));
  }

  int count(int appId) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, COUNT)
                .with(appId)
                .first(row -> row.getInt("number"))
                .orElseThrow());
  }

  void insert(int appId, WebhookReader.Written written, WebhookSecret secret) {
    WebhookDocument document = written.document();
    database.inCurrentTransaction(
        connection ->
            document(
                    SqlStatement.of(connection, INSERT).with(appId).withText(document.name()),
                    connection,
                    document)
                .withText(written.key().orElse(null))
                .with(secret.key())
                .update());
  }

  /** Keeps the key of the receiver if none is given, and the format has one. */
  void update(long id, WebhookReader.Written written) {
    WebhookDocument document = written.document();
    database.inCurrentTransaction(
        connection -> {
          document(SqlStatement.of(connection, UPDATE), connection, document)
              .with(document.format().key() != WebhookFormat.Key.NONE)
              .withText(written.key().orElse(null))
              .with(id)
              .update();
          return SqlStatement.of(connection, FORGET_JOBS).with(id).update();
        });
  }

  /** Stores a new secret. The previous one also signs for the time {@code both}. */
  void rotate(long id, WebhookSecret secret, Duration both) {
    database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, ROTATE)
                .with(secret.key())
                .with(both.toSeconds())
                .with(id)
                .update());
  }

  void delete(long id) {
    database.inCurrentTransaction(
        connection -> SqlStatement.of(connection, DELETE).with(id).update());
  }

  /**
   * Tells that all alarms are closed, and deletes the webhooks; one that has to tell so is deleted
   * by {@link PendingWorkStore#prune} afterwards.
   */
  void deleteAllOf(int appId, HealthEvaluation evaluation) {
    database.inCurrentTransaction(
        connection -> {
          evaluation.tellClosed(
              connection, EvaluationStore.closeAllOf(connection, appId), AlarmEnd.DELETED);
          SqlStatement.of(connection, RETIRE_ALL_OF).with(appId).update();
          SqlStatement.of(connection, GIVE_UP_ALL_OF).with(appId).update();
          return SqlStatement.of(connection, DELETE_ALL_OF).with(appId).update();
        });
  }

  /** Gives up the pending messages of the webhook, except tests. */
  void giveUp(long id, String reason) {
    database.inCurrentTransaction(
        connection -> {
          OutboxStore.giveUp(connection, id, reason);
          return null;
        });
  }

  long send(long id, WebhookEvent event, String body) {
    return database.inCurrentTransaction(
        connection -> OutboxStore.add(connection, id, event, body));
  }

  /** Returns the deliveries with ids below {@code before}, newest first. */
  PageRows<DeliveryView> deliveries(long id, long before, int limit) {
    return database.inCurrentTransaction(
        connection -> OutboxStore.page(connection, id, before, limit));
  }

  private static SqlStatement document(
      SqlStatement sql, Connection connection, WebhookDocument document) throws SQLException {
    return sql.withText(document.format().spelling())
        .withText(document.url())
        .texts(document.events().stream().map(WebhookEvent::spelling).toList())
        .with(textsOrNull(connection, document.jobs()))
        .with(
            textsOrNull(connection, document.labels() == null ? null : document.labels().keySet()))
        .with(
            textsOrNull(connection, document.labels() == null ? null : document.labels().values()))
        .with(document.threshold())
        .with(document.window().toMillis())
        .with(document.lateAfter().toMillis())
        .withBigint(document.remindAfter() == null ? null : document.remindAfter().toMillis())
        .withText(document.language().spelling())
        .with(document.enabled());
  }

  private static Object textsOrNull(Connection connection, Collection<String> texts)
      throws SQLException {
    return texts == null ? null : connection.createArrayOf("text", texts.toArray());
  }

  private static Duration reminder(ResultSet row) throws SQLException {
    Long millis = SqlStatement.nullableLong(row, "remind_after_millis");
    return millis == null ? null : Duration.ofMillis(millis);
  }

  static Webhook read(ResultSet row) throws SQLException {
    return read(row, null);
  }

  private static Webhook readWithLastError(ResultSet row) throws SQLException {
    return read(row, row.getString("last_error"));
  }

  private static Webhook read(ResultSet row, String lastError) throws SQLException {
    boolean someJobs = row.getArray("jobs") != null;
    return new Webhook(
        row.getLong("id"),
        row.getInt("app_id"),
        row.getInt("version"),
        new WebhookDocument(
            row.getString("name"),
            JsonFields.ofSpelling(WebhookFormat.values(), row.getString("format")).orElseThrow(),
            row.getString("url"),
            SqlStatement.list(row, "events", String.class).stream()
                .map(event -> JsonFields.ofSpelling(WebhookEvent.values(), event).orElseThrow())
                .toList(),
            someJobs ? SqlStatement.list(row, "jobs", String.class) : null,
            row.getArray("label_names") == null
                ? null
                : LabelRules.of(
                    SqlStatement.list(row, "label_names", String.class),
                    SqlStatement.list(row, "label_values", String.class)),
            row.getInt("threshold"),
            Duration.ofMillis(row.getLong("window_millis")),
            Duration.ofMillis(row.getLong("late_after_millis")),
            reminder(row),
            JsonFields.ofSpelling(MessageLanguage.values(), row.getString("language"))
                .orElseThrow(),
            row.getBoolean("enabled")),
        row.getBoolean("has_key"),
        row.getString("disabled_reason"),
        lastError);
  }
}
