package dev.orrery.scheduler.extras.notification;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.instance.MissingView;
import dev.orrery.scheduler.model.instance.WaitingFor;
import dev.orrery.scheduler.model.instance.WaitingReasonStore;
import dev.orrery.scheduler.model.job.document.LabelRules;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The statements that decide which events to send to webhooks. An evaluation is one transaction: it
 * deletes pending events and writes their messages to the outbox.
 */
final class EvaluationStore {
  /**
   * Only one replica evaluates at a time, and none while a webhook is edited. The lock ends with
   * the transaction.
   */
  private static final String TRY_LOCK =
      "select pg_try_advisory_xact_lock(hashtext('orrery'), hashtext('notification')) as locked";

  /** True if the job {@code j} has the labels of the webhook {@code w}: a probe for each. */
  static final String HAS_LABELS =
      """
      (w.label_names is null or not exists (
        select from unnest(w.label_names, w.label_values) as wanted(name, value)
        where (select l.value from job_label l
          where l.job_id = j.id and l.name = wanted.name limit 1) is distinct from wanted.value))""";

  /** Apps take turns; each app with events is found by one probe of the index. */
  private static final String TAKE_EVENTS =
      """
      with recursive waiting as (
        (select e.app_id from webhook_event e order by e.app_id limit 1)
        union all
        select e.app_id from waiting w cross join lateral (
          select e.app_id from webhook_event e where e.app_id > w.app_id
          order by e.app_id limit 1) e
      ), oldest as materialized (
        select e.id from waiting w cross join lateral (
          select e.id, row_number() over (order by e.id) as turn from (
            select e.id from webhook_event e where e.app_id = w.app_id order by e.id limit ?) e) e
        order by e.turn, e.id limit ?
      ), taken as (
        delete from webhook_event where id in (select id from oldest)
        returning *
      )
      select t.job_id, t.instance_id, t.state, t.fires,
        (extract(epoch from t.at - t.started_at) * 1000)::bigint as millis, t.at, t.error, t.reason, t.alarm,
        j.name as job, j.deleted_at is not null as is_deleted, t.app_id,
        a.name as app, labels.names as label_names, labels.texts as label_values
      from taken t join job j on j.id = t.job_id join app a on a.id = t.app_id
      cross join lateral (
        select array_agg(l.name order by l.name) as names, array_agg(l.value order by l.name) as texts
        from job_label l where l.job_id = j.id) labels
      order by t.id
      """;

  private static final String WEBHOOKS =
      "select "
          + WebhookStore.COLUMNS
          + " from webhook w where w.app_id = any(?) and w.enabled order by w.id";

  private static final String HEALTH =
      """
      select webhook_id, job_id, failures, failing_since, last_failure
      from webhook_job_health where webhook_id = any(?) and job_id = any(?)
      """;

  private static final String PUT_HEALTH =
      """
      insert into webhook_job_health (webhook_id, job_id, failures, failing_since, last_failure)
      values (?, ?, ?::text[]::timestamptz[], ?, ?)
      on conflict (webhook_id, job_id) do update set failures = excluded.failures,
        failing_since = excluded.failing_since, last_failure = excluded.last_failure,
        reminded_at = case when excluded.failing_since is not null then webhook_job_health.reminded_at end
      """;

  /**
   * Finds jobs with an instance that waits too long, among the oldest instances of each job. A
   * paused job does not become late, nor does a job of a paused app.
   */
  private static final String LATE =
      """
      select w.id as webhook_id, j.id as job_id, s.late_since is null as told, a.name as app,
        j.name as job, found.id as instance_id, found.at, found.number
      from webhook w
      join app a on a.id = w.app_id
      join job j on j.app_id = w.app_id and j.deleted_at is null
        and (w.jobs is null or j.name = any(w.jobs)) and {labels}
      left join webhook_job_health s on s.webhook_id = w.id and s.job_id = j.id
      cross join lateral (
        select count(*) as number, min(due_at) as at, (array_agg(id order by due_at, id))[1] as id
        from (select i.id, i.state, i.due_at from instance i
          where i.job_id between j.id and j.id order by i.job_id, i.id limit ?) oldest
        where state in (:SCHEDULED, :READY, :BLOCKED)
          and due_at < statement_timestamp() - w.late_after_millis * interval '1 millisecond'
      ) found
      where w.enabled and 'late' = any(w.events) and found.number > 0
        and (s.late_since is not null or not j.paused and not a.paused)
      order by w.id, j.id
      """
          .replace("{labels}", HAS_LABELS)
          .transform(StateCode::resolve);

  private static final String SET_LATE =
      """
      insert into webhook_job_health (webhook_id, job_id, late_since) values (?, ?, ?)
      on conflict (webhook_id, job_id) do update set late_since = excluded.late_since
      """;

  /** Clears jobs that are no longer late, so that a later delay is a new event. */
  private static final String CLEAR_LATE =
      """
      with told as (
        update webhook_job_health s set late_since = null
        where s.late_since is not null and not exists (
          select from unnest(?::bigint[], ?::bigint[]) as late(webhook_id, job_id)
          where late.webhook_id = s.webhook_id and late.job_id = s.job_id)
        returning s.webhook_id, s.job_id, 'late' as alarm
      )
      """;

  private static final String TOLD =
      """
      select t.webhook_id, t.job_id, a.name as app, j.name as job, t.alarm,
        statement_timestamp() as at
      from told t join job j on j.id = t.job_id join app a on a.id = j.app_id
      join webhook w on w.id = t.webhook_id and w.enabled and 'closed' = any(w.events)
      order by t.webhook_id, t.job_id, t.alarm
      """;

  /** Forgets one alarm of these jobs, or all, of which webhooks were told. */
  private static final String CLOSE =
      """
      with asked as materialized (
        select ?::bigint[] as jobs, ?::text as alarm
      ), told as materialized (
        select s.webhook_id, s.job_id, x.alarm
        from webhook_job_health s cross join asked cross join lateral (values
          ('failed', s.failing_since), ('late', s.late_since), ('overdue', s.overdue_since),
          ('slow', s.slow_since)
        ) x(alarm, since)
        where s.job_id = any(asked.jobs) and x.since is not null
          and x.alarm = coalesce(asked.alarm, x.alarm)
      ), cleared as (
        update webhook_job_health s set
          failures = case when {failed} then '{}' else s.failures end,
          failing_since = case when {failed} then null else s.failing_since end,
          last_failure = case when {failed} then null else s.last_failure end,
          late_since = case when {late} then null else s.late_since end,
          overdue_since = case when {overdue} then null else s.overdue_since end,
          slow_since = case when {slow} then null else s.slow_since end
        from asked where s.job_id = any(asked.jobs)
      )
      """
          .replaceAll("\\{(failed|late|overdue|slow)}", "coalesce(asked.alarm, '$1') = '$1'")
          .concat(TOLD);

  private static final String JOBS_WITH_HEALTH =
      """
      select distinct s.job_id from webhook_job_health s join webhook w on w.id = s.webhook_id
      where w.app_id = ?
      """;

  /** Of the instances that late messages name, a few at a time. */
  private static final String WAITING =
      """
      select i.id, i.state, i.attempt > 0 as tried, i.waits_for_predecessors, i.lane_id
      from instance i where i.id = any(?)
      """;

  /**
   * Finds failing jobs that are due for a reminder, except paused ones: the person who paused a job
   * knows that it fails. The last failure is one probe of the history.
   */
  private static final String STILL_FAILING =
      """
      select s.webhook_id, s.job_id, a.name as app, j.name as job, s.failing_since as since,
        h.id as instance_id, h.state, h.ended_at as at, h.error
      from webhook_job_health s
      join webhook w on w.id = s.webhook_id and w.enabled and 'failed' = any(w.events)
      join job j on j.id = s.job_id and j.deleted_at is null and not j.paused and {labels}
      join app a on a.id = j.app_id and not a.paused
      cross join lateral (
        select h.id, h.state, h.ended_at, left(coalesce(h.error, h.reason), 1000) as error
        from instance_history h
        where h.job_id between s.job_id and s.job_id and h.id = s.last_failure
        order by h.job_id, h.id limit 1) h
      where s.failing_since is not null
        and greatest(s.reminded_at, s.failing_since)
          < statement_timestamp() - w.remind_after_millis * interval '1 millisecond'
      order by s.webhook_id, s.job_id
      """
          .replace("{labels}", HAS_LABELS);

  private static final String SET_REMINDED =
      """
      update webhook_job_health set reminded_at = statement_timestamp()
      where webhook_id = ? and job_id = ?
      """;

  private EvaluationStore() {}

  /**
   * The end of an instance, recorded in the table webhook_event by the transaction that ended it. A
   * success is recorded only if the job was failing.
   *
   * @param instance null of a success that was found afterwards
   * @param millis how long the last attempt ran; null if that is not known
   * @param closing why an alarm of the job ends; null of an end of an instance
   * @param alarm the spelling of the one that ends
   */
  record PendingEvent(
      JobKey job,
      Long instance,
      int state,
      int fires,
      Long millis,
      Instant at,
      String error,
      AlarmEnd closing,
      String alarm) {
    boolean isFailure() {
      return closing == null && !isSkipped() && !isSuccess();
    }

    boolean isSkipped() {
      return state == StateCode.SKIPPED.number();
    }

    boolean isSuccess() {
      return state == StateCode.SUCCEEDED.number();
    }
  }

  /**
   * A job with the names for a message.
   *
   * @param labels none of a deleted job
   */
  record JobKey(
      long id, int appId, String app, String name, boolean isDeleted, Map<String, String> labels) {}

  record Pair(long webhook, long job) {}

  /**
   * An alarm that a webhook was told of.
   *
   * @param at when it was found to have ended
   */
  record Told(Pair pair, String app, String job, WebhookEvent alarm, Instant at) {}

  /**
   * A job that is late, for one webhook.
   *
   * @param told whether a message must be sent
   */
  record Changed(
      Pair pair, boolean told, String app, String job, long instance, Instant at, int number) {}

  /**
   * A job that still fails, for one webhook.
   *
   * @param instance that failed last
   * @param at when it ended
   * @param error its error, truncated; null if there is none
   * @param since when the job began to fail
   */
  record Failing(
      Pair pair,
      String app,
      String job,
      long instance,
      int state,
      String error,
      Instant at,
      Instant since) {}

  static boolean tryLock(Connection connection) throws SQLException {
    return SqlStatement.of(connection, TRY_LOCK)
        .first(row -> row.getBoolean("locked"))
        .orElseThrow();
  }

  /** Deletes and returns the oldest events of each app; a rollback restores them. */
  static List<PendingEvent> takeEvents(Connection connection, int limit) throws SQLException {
    return SqlStatement.of(connection, TAKE_EVENTS)
        .with(limit)
        .with(limit)
        .list(
            row ->
                new PendingEvent(
                    new JobKey(
                        row.getLong("job_id"),
                        row.getInt("app_id"),
                        row.getString("app"),
                        row.getString("job"),
                        row.getBoolean("is_deleted"),
                        labels(row)),
                    SqlStatement.nullableLong(row, "instance_id"),
                    row.getInt("state"),
                    row.getInt("fires"),
                    SqlStatement.nullableLong(row, "millis"),
                    SqlStatement.instant(row, "at"),
                    row.getString("error"),
                    row.getString("reason") == null
                        ? null
                        : AlarmEnd.valueOf(row.getString("reason")),
                    row.getString("alarm")));
  }

  private static Map<String, String> labels(ResultSet row) throws SQLException {
    return row.getArray("label_names") == null
        ? Map.of()
        : LabelRules.of(
            SqlStatement.list(row, "label_names", String.class),
            SqlStatement.list(row, "label_values", String.class));
  }

  static List<Webhook> webhooks(Connection connection, Collection<Integer> apps)
      throws SQLException {
    return SqlStatement.of(connection, WEBHOOKS).ints(apps).list(WebhookStore::read);
  }

  static Map<Pair, JobHealth> health(
      Connection connection, Collection<Long> webhooks, Collection<Long> jobs) throws SQLException {
    Map<Pair, JobHealth> health = new HashMap<>();
    SqlStatement.of(connection, HEALTH)
        .bigints(webhooks)
        .bigints(jobs)
        .list(
            row ->
                health.put(
                    new Pair(row.getLong("webhook_id"), row.getLong("job_id")),
                    new JobHealth(
                        failures(row),
                        SqlStatement.instant(row, "failing_since"),
                        SqlStatement.nullableLong(row, "last_failure"))));
    return health;
  }

  private static List<Instant> failures(ResultSet row) throws SQLException {
    return SqlStatement.list(row, "failures", Timestamp.class).stream()
        .map(Timestamp::toInstant)
        .toList();
  }

  static void put(Connection connection, Pair pair, JobHealth health) throws SQLException {
    SqlStatement.of(connection, PUT_HEALTH)
        .with(pair.webhook())
        .with(pair.job())
        .instants(health.failures())
        .withInstant(health.failingSince())
        .withBigint(health.lastFailure())
        .update();
  }

  /**
   * Finds all jobs that are late now. A message must be sent for jobs that were not late before.
   */
  static List<Changed> late(Connection connection) throws SQLException {
    return SqlStatement.of(connection, LATE)
        .with(NotificationLimits.MAX_LATE_CANDIDATES)
        .list(EvaluationStore::changed);
  }

  /**
   * The reason for which an instance waits.
   *
   * @param missing the processor or tags that no connected worker has; null for other reasons
   */
  record Waits(WaitingFor reason, MissingView missing) {}

  /** Returns why instances wait; without those that no longer do. */
  static Map<Long, Waits> reasons(Connection connection, Collection<Long> instances)
      throws SQLException {
    record Waiting(long id, InstanceState state, boolean tried, boolean queued, int lane) {}
    if (instances.isEmpty()) {
      return Map.of();
    }
    List<Waiting> waiting =
        SqlStatement.of(connection, WAITING)
            .bigints(instances)
            .list(
                row ->
                    new Waiting(
                        row.getLong("id"),
                        InstanceState.ofCode(row.getInt("state")),
                        row.getBoolean("tried"),
                        row.getBoolean("waits_for_predecessors"),
                        row.getInt("lane_id")));
    Map<Integer, WaitingFor> ofLanes =
        WaitingReasonStore.readyButWaiting(
            connection, waiting.stream().map(Waiting::lane).collect(Collectors.toSet()));
    List<Integer> unmatched =
        ofLanes.keySet().stream()
            .filter(lane -> ofLanes.get(lane) == WaitingFor.NO_MATCHING_WORKER)
            .toList();
    Map<Integer, MissingView> missing =
        unmatched.isEmpty() ? Map.of() : WaitingReasonStore.missing(connection, unmatched);
    Map<Long, Waits> reasons = new HashMap<>();
    for (Waiting one : waiting) {
      WaitingFor reason =
          WaitingFor.of(one.state(), one.tried(), one.queued(), null, ofLanes.get(one.lane()));
      if (reason != null) {
        reasons.put(
            one.id(),
            new Waits(
                reason, reason == WaitingFor.NO_MATCHING_WORKER ? missing.get(one.lane()) : null));
      }
    }
    return reasons;
  }

  static List<Failing> stillFailing(Connection connection) throws SQLException {
    return SqlStatement.of(connection, STILL_FAILING)
        .list(
            row ->
                new Failing(
                    new Pair(row.getLong("webhook_id"), row.getLong("job_id")),
                    row.getString("app"),
                    row.getString("job"),
                    row.getLong("instance_id"),
                    row.getInt("state"),
                    row.getString("error"),
                    SqlStatement.instant(row, "at"),
                    SqlStatement.instant(row, "since")));
  }

  static void setReminded(Connection connection, Pair pair) throws SQLException {
    SqlStatement.of(connection, SET_REMINDED).with(pair.webhook()).with(pair.job()).update();
  }

  static void setLate(Connection connection, Changed late) throws SQLException {
    SqlStatement.of(connection, SET_LATE)
        .with(late.pair().webhook())
        .with(late.pair().job())
        .withInstant(late.at())
        .update();
  }

  /** Returns which webhooks must be told that jobs are no longer late. */
  static List<Told> clearLate(Connection connection, List<Pair> stillLate) throws SQLException {
    return SqlStatement.of(connection, CLEAR_LATE + TOLD)
        .bigints(stillLate.stream().map(Pair::webhook).toList())
        .bigints(stillLate.stream().map(Pair::job).toList())
        .list(EvaluationStore::told);
  }

  /**
   * Forgets alarms of jobs; returns which webhooks must be told.
   *
   * @param alarm its spelling; null for all
   */
  static List<Told> close(Connection connection, Collection<Long> jobs, String alarm)
      throws SQLException {
    return SqlStatement.of(connection, CLOSE)
        .bigints(jobs)
        .withText(alarm)
        .list(EvaluationStore::told);
  }

  /** As {@link #close}, for all jobs of an app. */
  static List<Told> closeAllOf(Connection connection, int appId) throws SQLException {
    return close(
        connection,
        SqlStatement.of(connection, JOBS_WITH_HEALTH)
            .with(appId)
            .list(row -> row.getLong("job_id")),
        null);
  }

  private static Told told(ResultSet row) throws SQLException {
    return new Told(
        new Pair(row.getLong("webhook_id"), row.getLong("job_id")),
        row.getString("app"),
        row.getString("job"),
        JsonFields.ofSpelling(WebhookEvent.values(), row.getString("alarm")).orElseThrow(),
        Optional.ofNullable(SqlStatement.instant(row, "at")).orElseThrow());
  }

  private static Changed changed(ResultSet row) throws SQLException {
    return new Changed(
        new Pair(row.getLong("webhook_id"), row.getLong("job_id")),
        row.getBoolean("told"),
        row.getString("app"),
        row.getString("job"),
        row.getLong("instance_id"),
        Optional.ofNullable(SqlStatement.instant(row, "at")).orElseThrow(),
        row.getInt("number"));
  }
}
