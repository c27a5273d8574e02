package dev.orrery.scheduler.extras.notification;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Pair;
import dev.orrery.scheduler.extras.notification.EvaluationStore.PendingEvent;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The statements that check watched jobs. Each row is checked when there may be something to
 * report, and at least once a day; successes and starts of instances write nothing. Rows that an
 * edit has locked are checked in the next round, so an evaluation waits for no edit.
 */
final class WatchStore {
  /**
   * Takes the rows whose time has come. Apps take turns; each app with rows is found by one probe
   * of the index.
   */
  private static final String TAKE =
      """
      with recursive apps as (
        (select w.app_id from job_watch w where w.%1$s is not null order by w.app_id limit 1)
        union all
        select n.app_id from apps cross join lateral (
          select w.app_id from job_watch w where w.%1$s is not null and w.app_id > apps.app_id
          order by w.app_id limit 1) n
      ), due as materialized (
        select d.job_id from apps cross join lateral (
          select w.job_id, row_number() over (order by w.%1$s) as turn from (
            select w.job_id, w.%1$s from job_watch w
            where w.app_id = apps.app_id and w.%1$s <= statement_timestamp()
            order by w.%1$s limit ?) w) d
        order by d.turn, d.job_id limit ?
      ), taken as materialized (
        select w.* from due join job_watch w on w.job_id = due.job_id
        where w.%1$s is not null
        for update of w skip locked
      ),
      """;

  /**
   * Looks for the last success: among the newest instances of the job, else in the counts of ends,
   * since a job may have failed often since then. A success is kept in the row, so it counts even
   * when the history has forgotten it; a check a day is more often than any history is pruned.
   *
   * <p>A job stays overdue until it succeeds, whatever it counts from meanwhile: a period is at
   * least a minute, so the success that it was overdue after is older than the minute before.
   *
   * <p>A job whose period ended while no replica looked has a minute, and while it has instances
   * another period, since it may only have to catch up.
   */
  private static final String LOOK_FOR_SUCCESS =
      TAKE.formatted("success_check_at")
          + """
          looked as (
            select w.job_id, w.overdue_since, s.instance_id,
              case when s.at > w.overdue_since - interval '1 minute' then s.at end as recovered_at,
              greatest(w.counted_from, s.at) as counted_from,
              w.no_success_millis * interval '1 millisecond' as period
            from taken w left join lateral (
              select * from (
                (select h.id as instance_id, h.ended_at as at from (
                    select h.id, h.state, h.ended_at from instance_history h
                    where h.job_id between w.job_id and w.job_id
                    order by h.job_id desc, h.id desc limit 200) h
                  where h.state = :SUCCEEDED order by h.ended_at desc limit 1)
                union all
                (select null, least(statement_timestamp(),
                    c.start_at + c.minutes * interval '1 minute') from (
                    select c.start_at, c.minutes, c.state from end_count c
                    where c.app_id = w.app_id and c.job_id = w.job_id
                      and c.start_at > least(w.counted_from, w.overdue_since - interval '1 minute')
                    order by c.start_at desc limit 1000) c
                  where c.state = :SUCCEEDED order by c.start_at desc limit 1)
              ) found
              order by found.instance_id is null limit 1) s on true
          ), written as (
            update job_watch w set counted_from = l.counted_from, overdue_since = d.since,
              success_check_at = case when d.since is not null
                then statement_timestamp() + interval '1 minute'
                when l.counted_from + l.period <= statement_timestamp()
                then statement_timestamp() + interval '10 seconds'
                else least(l.counted_from + l.period, statement_timestamp() + interval '1 day') end
            from looked l cross join watch_gap g cross join lateral (
              select case when l.overdue_since is not null and l.recovered_at is null
                then l.overdue_since
                when l.counted_from + l.period <= statement_timestamp() and not (
                  l.counted_from + l.period between g.from_at and g.until_at
                  and statement_timestamp() < g.until_at + l.period
                  and (statement_timestamp() < g.until_at + interval '1 minute'
                    or exists (select from instance i
                      where i.job_id between l.job_id and l.job_id limit 1)))
                then statement_timestamp()
              end as since) d
            where l.job_id = w.job_id
            returning w.job_id, w.overdue_since, l.recovered_at, l.instance_id, w.counted_from
          )
          select * from written
          """
              .transform(StateCode::resolve);

  /** A scheduler that stops again soon after its start has not caught up. */
  private static final String NOTE_LOOK =
      """
      update watch_gap set looked_at = statement_timestamp(),
        from_at = case when looked_at < statement_timestamp() - interval '1 minute'
          and until_at < looked_at - interval '10 minutes' then looked_at else from_at end,
        until_at = case when looked_at < statement_timestamp() - interval '1 minute'
          then statement_timestamp() else until_at end
      where looked_at < statement_timestamp() - interval '10 seconds'
      """;

  /**
   * Looks at the oldest instances of each job that is not slow, without parts: a parent is slow as
   * a whole.
   */
  private static final String LOOK_FOR_SLOW =
      TAKE.formatted("slow_check_at")
          + """
          looked as (
            select w.job_id, running.* from taken w cross join lateral (
              select (array_agg(i.id order by i.started_at, i.id) filter (where i.slow))[1] as instance_id,
                min(i.started_at) filter (where i.slow) as at,
                count(*) filter (where i.slow) as number,
                least(statement_timestamp(), min(i.started_at))
                  + w.runs_longer_millis * interval '1 millisecond' as next
              from (
                select i.id, i.started_at, i.started_at
                  <= statement_timestamp() - w.runs_longer_millis * interval '1 millisecond' as slow
                from (select i.id, i.state, i.started_at from instance i
                  where i.job_id between w.job_id and w.job_id and i.part is null
                  order by i.job_id, i.id limit ?) i
                where i.state in (:RUNNING, :AWAITING)) i
            ) running
          ), written as (
            update job_watch w set slow_check_at = case when l.number = 0 then l.next end,
              slow_since = case when l.number > 0 then statement_timestamp() end
            from looked l where l.job_id = w.job_id
            returning w.job_id, l.instance_id, l.at, l.number
          )
          select * from written
          """
              .transform(StateCode::resolve);

  /** Finds the webhooks that subscribe to an event of these jobs. */
  private static final String SUBSCRIBERS =
      """
      select w.id as webhook_id, j.id as job_id, a.name as app, j.name as job,
        s.overdue_since = x.overdue_since as told
      from unnest(?::bigint[]) with ordinality as k(job_id, place)
      join job j on j.id = k.job_id and j.deleted_at is null
      join app a on a.id = j.app_id
      join webhook w on w.app_id = j.app_id and w.enabled and ? = any(w.events)
        and (w.jobs is null or j.name = any(w.jobs)) and {labels}
      left join webhook_job_health s on s.webhook_id = w.id and s.job_id = j.id
      left join job_watch x on x.job_id = j.id
      order by k.place, w.id
      """
          .replace("{labels}", EvaluationStore.HAS_LABELS);

  /** The same instant, so that the next time when the job is overdue is told again. */
  private static final String SET_OVERDUE =
      """
      insert into webhook_job_health (webhook_id, job_id, overdue_since)
      select ?, x.job_id, x.overdue_since from job_watch x where x.job_id = ?
      on conflict (webhook_id, job_id) do update set overdue_since = excluded.overdue_since
      """;

  private static final String SET_SLOW =
      """
      insert into webhook_job_health (webhook_id, job_id, slow_since)
      values (?, ?, statement_timestamp())
      on conflict (webhook_id, job_id) do update set slow_since = excluded.slow_since
      """;

  /** Returns the webhooks that were told that the jobs are overdue, or slow. */
  private static final String CLEAR =
      """
      with cleared as (
        update webhook_job_health s set {alarm}
        where s.job_id = any(?) and s.{since} is not null
        returning s.webhook_id, s.job_id
      )
      select w.id as webhook_id, j.id as job_id, a.name as app, j.name as job, true as told
      from cleared c
      join job j on j.id = c.job_id and j.deleted_at is null
      join app a on a.id = j.app_id
      join webhook w on w.id = c.webhook_id and w.enabled and 'recovered' = any(w.events)
      order by w.id, j.id
      """;

  private static final String CLEAR_OVERDUE =
      CLEAR
          .replace("{alarm}", "overdue_since = null, reminded_at = null")
          .replace("{since}", "overdue_since");

  private static final String CLEAR_SLOW =
      CLEAR.replace("{alarm}", "slow_since = null").replace("{since}", "slow_since");

  /** A failing job is told by its own reminder. */
  private static final String STILL_OVERDUE =
      """
      select s.webhook_id, s.job_id, a.name as app, j.name as job, x.overdue_since as at,
        x.counted_from as since
      from webhook_job_health s
      join webhook w on w.id = s.webhook_id and w.enabled and 'overdue' = any(w.events)
      join job_watch x on x.job_id = s.job_id and x.overdue_since is not null
      join job j on j.id = s.job_id and j.deleted_at is null and not j.paused and {labels}
      join app a on a.id = j.app_id and not a.paused
      where s.overdue_since is not null and s.failing_since is null
        and greatest(s.reminded_at, s.overdue_since)
          < statement_timestamp() - w.remind_after_millis * interval '1 millisecond'
      order by s.webhook_id, s.job_id
      """
          .replace("{labels}", EvaluationStore.HAS_LABELS);

  /** In the order of the locks of job edits, for which this may wait. */
  private static final String LOCK =
      """
      select job_id from job_watch where job_id = any(?)
        and (overdue_since is not null or slow_since is not null
          or pause_after is not null and not pause_due)
      order by job_id for update
      """;

  /** Ends what is overdue by the first success since then; a period is at least a minute. */
  private static final String END_OVERDUE =
      """
      update job_watch w set overdue_since = null, counted_from = greatest(w.counted_from, s.at),
        success_check_at = case when w.success_check_at is not null then statement_timestamp() end
      from (
        select distinct on (e.job_id) e.job_id, e.instance_id, e.at
        from unnest(?::bigint[], ?::bigint[], ?::text[]::timestamptz[]) as e(job_id, instance_id, at)
        order by e.job_id, e.at) s
      where w.job_id = s.job_id and s.at > w.overdue_since - interval '1 minute'
      returning w.job_id, s.instance_id, w.counted_from, w.overdue_since, s.at as recovered_at
      """;

  /**
   * Ends what is slow by a success that took no longer than allowed, unless another instance still
   * runs for too long: a run that hangs beside quick ones is told once.
   */
  private static final String END_SLOW =
      """
      update job_watch w set slow_since = null, slow_check_at = statement_timestamp()
      from (
        select distinct on (e.job_id) e.job_id, e.instance_id, e.at
        from unnest(?::bigint[], ?::bigint[], ?::text[]::timestamptz[], ?::bigint[])
          as e(job_id, instance_id, at, millis)
        where e.millis <= (select w.runs_longer_millis from job_watch w where w.job_id = e.job_id limit 1)
        order by e.job_id, e.at) s
      where w.job_id = s.job_id and s.at >= w.slow_since and not exists (
        select from (select i.state, i.started_at from instance i
          where i.job_id between w.job_id and w.job_id and i.part is null
          order by i.job_id, i.id limit ?) i
        where i.state in (:RUNNING, :AWAITING) and i.started_at
          <= statement_timestamp() - w.runs_longer_millis * interval '1 millisecond')
      returning w.job_id, s.instance_id, w.counted_from, null::timestamptz as overdue_since,
        s.at as recovered_at
      """
          .transform(StateCode::resolve);

  /** A job that is paused is not paused again by runs that were in flight. */
  private static final String NOTE_PAUSES =
      """
      update job_watch w set pause_due = true
      from job j, job_failing f
      where w.job_id = any(?) and not w.pause_due and j.id = w.job_id and not j.paused
        and f.job_id = w.job_id
        and f.failures - case when f.since <= w.failures_from then w.failures_before else 0 end
          >= w.pause_after
      """;

  /** Apps take turns. */
  private static final String TO_PAUSE =
      """
      select w.job_id, j.app_id, a.name as app, j.name as job, w.pause_after,
        j.paused as is_paused, j.paused_by_role = 'scheduler' as by_scheduler,
        h.id as instance_id, h.state, coalesce(f.last_at, statement_timestamp()) as at, h.error
      from (
        select w.job_id, w.pause_after,
          row_number() over (partition by w.app_id order by w.job_id) as turn
        from job_watch w where w.pause_due
        order by turn, w.job_id limit ?) w
      join job j on j.id = w.job_id
      join app a on a.id = j.app_id
      left join job_failing f on f.job_id = w.job_id
      left join lateral (
        select h.id, h.state, left(coalesce(h.error, h.reason), 1000) as error
        from instance_history h where h.id = f.last_instance limit 1) h on true
      order by w.turn, w.job_id
      """;

  private static final String SET_PAUSED =
      """
      update job_watch w set pause_due = false
      from (select job_id from job_watch where job_id = any(?) and pause_due
        order by job_id for update skip locked) done
      where w.job_id = done.job_id
      returning w.job_id
      """;

  private WatchStore() {}

  /**
   * A job whose last success was looked for.
   *
   * @param success the last successful instance; null if there is none in the newest history
   * @param countedFrom the last success, or since when one is expected
   * @param overdueSince null if the job is not overdue
   * @param recoveredAt the success since it was overdue; null if there is none
   */
  record Looked(
      long job, Long success, Instant countedFrom, Instant overdueSince, Instant recoveredAt) {
    boolean isOverdue() {
      return overdueSince != null;
    }
  }

  /** Jobs that are overdue, or slow, no more. */
  record Recovered(List<Looked> overdue, List<Looked> slow) {}

  /**
   * A job whose running instances were looked at.
   *
   * @param instance the oldest one that was found to be slow just now; null if there is none
   * @param at when its attempt started
   * @param number of instances that were found just now
   */
  record Slow(long job, Long instance, Instant at, int number) {}

  /**
   * A webhook that an event of a job concerns.
   *
   * @param told whether it was told already that the job is overdue now
   */
  record Subscriber(Pair pair, String app, String job, boolean told) {}

  /** A job that is overdue for so long that a webhook is reminded. */
  record Overdue(Subscriber subscriber, Instant at, Instant since) {}

  /**
   * A job that failed so often that it is paused.
   *
   * @param isPaused whether this is done
   * @param byScheduler whether the scheduler did it
   * @param instance the last one that failed; null if the history has forgotten it
   * @param error its error, truncated; null if there is none
   */
  record ToPause(
      long job,
      int appId,
      String app,
      String name,
      int failures,
      boolean isPaused,
      boolean byScheduler,
      Long instance,
      Integer state,
      Instant at,
      String error) {}

  /** Looks for successes of the jobs whose time has come. */
  static List<Looked> lookForSuccess(Connection connection, int limit) throws SQLException {
    SqlStatement.of(connection, NOTE_LOOK).update();
    return SqlStatement.of(connection, LOOK_FOR_SUCCESS)
        .with(limit)
        .with(limit)
        .list(WatchStore::looked);
  }

  private static Looked looked(ResultSet row) throws SQLException {
    return new Looked(
        row.getLong("job_id"),
        SqlStatement.nullableLong(row, "instance_id"),
        SqlStatement.instant(row, "counted_from"),
        SqlStatement.instant(row, "overdue_since"),
        SqlStatement.instant(row, "recovered_at"));
  }

  /** Looks for slow instances of the jobs whose time has come. */
  static List<Slow> lookForSlow(Connection connection, int limit) throws SQLException {
    return SqlStatement.of(connection, LOOK_FOR_SLOW)
        .with(limit)
        .with(limit)
        .with(NotificationLimits.MAX_LATE_CANDIDATES)
        .list(
            row ->
                new Slow(
                    row.getLong("job_id"),
                    SqlStatement.nullableLong(row, "instance_id"),
                    SqlStatement.instant(row, "at"),
                    row.getInt("number")));
  }

  static List<Subscriber> subscribers(
      Connection connection, WebhookEvent event, Collection<Long> jobs) throws SQLException {
    return jobs.isEmpty()
        ? List.of()
        : SqlStatement.of(connection, SUBSCRIBERS)
            .bigints(jobs)
            .withText(event.spelling())
            .list(WatchStore::subscriber);
  }

  static void setOverdue(Connection connection, Pair pair) throws SQLException {
    SqlStatement.of(connection, SET_OVERDUE).with(pair.webhook()).with(pair.job()).update();
  }

  static void setSlow(Connection connection, Pair pair) throws SQLException {
    SqlStatement.of(connection, SET_SLOW).with(pair.webhook()).with(pair.job()).update();
  }

  /**
   * Forgets that jobs are overdue, or slow; returns which webhooks must be told.
   *
   * @param alarm {@code OVERDUE} or {@code SLOW}
   */
  static List<Subscriber> clear(Connection connection, WebhookEvent alarm, Collection<Long> jobs)
      throws SQLException {
    String sql = alarm == WebhookEvent.SLOW ? CLEAR_SLOW : CLEAR_OVERDUE;
    return jobs.isEmpty()
        ? List.of()
        : SqlStatement.of(connection, sql).bigints(jobs).list(WatchStore::subscriber);
  }

  static List<Overdue> stillOverdue(Connection connection) throws SQLException {
    return SqlStatement.of(connection, STILL_OVERDUE)
        .list(
            row ->
                new Overdue(
                    new Subscriber(pair(row), row.getString("app"), row.getString("job"), true),
                    SqlStatement.instant(row, "at"),
                    SqlStatement.instant(row, "since")));
  }

  /**
   * Applies ends of jobs: notes which of them failed so often in a row that they are paused, and
   * ends what is overdue or slow.
   *
   * @param failed jobs
   * @param successes in their order
   * @return the jobs that are so no more
   */
  static Recovered ended(
      Connection connection, Collection<Long> failed, List<PendingEvent> successes)
      throws SQLException {
    Set<Long> all = new HashSet<>(failed);
    successes.forEach(success -> all.add(success.job().id()));
    List<Long> watched =
        SqlStatement.of(connection, LOCK).bigints(all).list(row -> row.getLong("job_id"));
    if (watched.isEmpty()) {
      return new Recovered(List.of(), List.of());
    }
    SqlStatement.of(connection, NOTE_PAUSES)
        .bigints(watched.stream().filter(failed::contains).toList())
        .update();
    List<Looked> noLongerOverdue =
        successes(SqlStatement.of(connection, END_OVERDUE), successes).list(WatchStore::looked);
    List<Looked> noLongerSlow =
        successes(SqlStatement.of(connection, END_SLOW), successes)
            .bigints(successes.stream().map(PendingEvent::millis).toList())
            .with(NotificationLimits.MAX_LATE_CANDIDATES)
            .list(WatchStore::looked);
    return new Recovered(noLongerOverdue, noLongerSlow);
  }

  private static SqlStatement successes(SqlStatement sql, List<PendingEvent> successes)
      throws SQLException {
    return sql.bigints(successes.stream().map(success -> success.job().id()).toList())
        .bigints(successes.stream().map(PendingEvent::instance).toList())
        .instants(successes.stream().map(PendingEvent::at).toList());
  }

  static List<ToPause> toPause(Connection connection, int limit) throws SQLException {
    return SqlStatement.of(connection, TO_PAUSE)
        .with(limit)
        .list(
            row ->
                new ToPause(
                    row.getLong("job_id"),
                    row.getInt("app_id"),
                    row.getString("app"),
                    row.getString("job"),
                    row.getInt("pause_after"),
                    row.getBoolean("is_paused"),
                    row.getBoolean("by_scheduler"),
                    SqlStatement.nullableLong(row, "instance_id"),
                    SqlStatement.nullableInt(row, "state"),
                    SqlStatement.instant(row, "at"),
                    row.getString("error")));
  }

  /** Notes that jobs are paused; returns them, without those that an edit has locked. */
  static Set<Long> setPaused(Connection connection, Collection<Long> jobs) throws SQLException {
    return jobs.isEmpty()
        ? Set.of()
        : Set.copyOf(
            SqlStatement.of(connection, SET_PAUSED)
                .bigints(jobs)
                .list(row -> row.getLong("job_id")));
  }

  private static Subscriber subscriber(ResultSet row) throws SQLException {
    return new Subscriber(
        pair(row), row.getString("app"), row.getString("job"), row.getBoolean("told"));
  }

  private static Pair pair(ResultSet row) throws SQLException {
    return new Pair(row.getLong("webhook_id"), row.getLong("job_id"));
  }
}
