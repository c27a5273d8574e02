package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceId;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.document.JobDocumentCodec;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The statements of a fire, all in one transaction. A fire time fires only once, because the next
 * fire time advances under the trigger's lock.
 */
@ApplicationScoped
class FireStore {
  private static final String LATE =
      "statement_timestamp() - interval '" + FireService.LATE_AFTER + "'";

  /**
   * The job of a due trigger, without its document: apps with more documents than fit into the
   * memory of a replica fire as fast as others. The limits make the planner look each row up.
   */
  private static final String JOB =
      """
      cross join lateral (
        select j.deleted_at is not null as deleted, j.name, j.version_id, v.*,
          (select a.name from app a where a.id = j.app_id) as app
        from job j
        left join lateral (
          select o.job_id as version_of, o.version, o.lane_id, o.priority, o.fire_rule
          from job_version o where o.id = j.version_id
          limit 1
        ) v on true
        where j.id = due.job_id
        limit 1
      ) job
      """;

  /**
   * Triggers that are due on time: a range of the index trigger_due. Triggers due at the same
   * instant are ordered by priority, as in claims.
   */
  private static final String LOCK_ON_TIME =
      """
      with due as materialized (
        select t.job_id, t.next_fire_at, t.anchor_at, t.priority from trigger t
        where t.next_fire_at <= statement_timestamp() and t.next_fire_at > %s
          and t.job_id <> all(?)
        order by t.next_fire_at, t.priority desc
        limit ?
        for update skip locked
      )
      select due.job_id, due.next_fire_at, due.anchor_at, job.*,
        date_trunc('milliseconds', statement_timestamp()) as now
      from due %s
      order by due.next_fire_at, due.priority desc
      """
          .formatted(LATE, JOB);

  /**
   * Locks late triggers separately: jobs that missed many fire times must not delay the triggers on
   * time. Apps take turns, so that the triggers of one app do not wait for all late triggers of
   * another: first the oldest of each app, then the second oldest of each.
   *
   * <p>If any trigger is late, the statement probes the index trigger_of_app once for each app, and
   * reads only the triggers that it locks, at most as many as the limit. It compares rows, because
   * with a comparison of the time alone the planner might read the late triggers of all apps to
   * find one app's.
   */
  private static final String LOCK_LATE =
      """
      with late_app as (
        select app.id from app
        cross join lateral (
          select first.next_fire_at from trigger first
          where first.app_id = app.id and (first.app_id, first.next_fire_at) <= (app.id, %1$s)
            and first.job_id <> all(?)
          order by first.next_fire_at
          limit 1
        ) oldest
        where exists (select from trigger where next_fire_at <= %1$s)
        order by oldest.next_fire_at
        limit ?
      )
      select due.job_id, due.next_fire_at, due.anchor_at, job.*,
        date_trunc('milliseconds', statement_timestamp()) as now
      from late_app
      cross join lateral (
        select t.job_id, t.next_fire_at, t.anchor_at, t.priority from trigger t
        where t.app_id = late_app.id and (t.app_id, t.next_fire_at) <= (late_app.id, %1$s)
          and t.job_id <> all(?)
        order by t.next_fire_at, t.priority desc
        limit (select ? / count(*) from late_app)
        for update skip locked
      ) due
      %2$s
      order by
        row_number() over (
          partition by late_app.id order by due.next_fire_at, due.priority desc),
        due.next_fire_at, due.priority desc
      """
          .formatted(LATE, JOB);

  /**
   * A separate statement after the locks, so that it sees rows inserted during the wait for the
   * locks. The limit keeps the planner from reading the instances of all jobs.
   */
  private static final String ACTIVE =
      """
      select jobs.id,
        (select count(*) from (
          select from instance q where q.job_id = jobs.id and q.waits_for_predecessors limit ?
        ) waiting) as queued
      from unnest(?::bigint[]) as jobs(id)
      cross join lateral (select from instance i where i.job_id = jobs.id limit 1) one
      """;

  /**
   * The index instance_fire is a second guard against two instances of one fire time. Jitter makes
   * an instance scheduled; predecessors or a limit make it blocked. Ids of one job have the order
   * of its fire times.
   */
  private static final String START =
      """
      insert into instance (id, job_id, job_version_id, lane_id, state, priority,
        drives_fixed_delay, limited, waits_for_predecessors, due_at, fire_time)
      select %s, s.job_id, s.version_id, s.lane_id,
        case when s.waits_for_predecessors then :BLOCKED
          when s.due_at::timestamptz > statement_timestamp() then :SCHEDULED
          when limits.job_id is not null then :BLOCKED
          else :READY end,
        s.priority, s.drives_fixed_delay, limits.job_id is not null, s.waits_for_predecessors,
        s.due_at::timestamptz, s.fire_time::timestamptz
      from unnest(?::bigint[], ?::bigint[], ?::integer[], ?::smallint[], ?::boolean[], ?::boolean[],
        ?::text[], ?::text[]) with ordinality
        as s(job_id, version_id, lane_id, priority, drives_fixed_delay, waits_for_predecessors,
          due_at, fire_time, n)
      left join lateral (
        select c.job_id from job_concurrency c where c.job_id = s.job_id limit 1
      ) limits on true
      order by s.n
      on conflict do nothing
      returning job_id, fire_time, limited
      """
          .formatted(InstanceId.NEW)
          .transform(StateCode::resolve);

  /** A fire that starts no instance has only a row in the history. */
  private static final String SKIP =
      """
      insert into instance_history (id, job_id, job_version_id, state, priority, due_at, fire_time,
        ended_at, attempt, reported, reason, skipped_count)
      select %s, s.job_id, s.version_id, s.state, s.priority,
        s.fire_time::timestamptz, s.fire_time::timestamptz, statement_timestamp(), 0, false,
        s.reason, s.skipped
      from unnest(?::bigint[], ?::bigint[], ?::smallint[], ?::integer[], ?::text[], ?::text[],
        ?::integer[])
        as s(job_id, version_id, priority, state, fire_time, reason, skipped)
      """
          .formatted(InstanceId.NEW);

  private static final String ADVANCE =
      """
      update trigger t set next_fire_at = a.next_fire_at::timestamptz
      from unnest(?::bigint[], ?::text[]) as a(job_id, next_fire_at)
      where t.job_id = a.job_id
      """;

  private final JobDocumentCodec documents;

  FireStore(JobDocumentCodec documents) {
    this.documents = documents;
  }

  /**
   * Locked due triggers, and the database's clock at that time.
   *
   * @param unreadable jobs with a due trigger whose rule this release cannot read
   * @param broken jobs with contradictory rows: deleted, but with a trigger, or with a version of
   *     another job
   */
  record Due(
      List<DueTrigger> triggers, List<FiringJob> unreadable, Set<Long> broken, Instant now) {}

  /**
   * Locks triggers that are due on time.
   *
   * @param without jobs whose triggers are not locked
   * @param limit the maximum number of triggers
   */
  Due lockOnTime(Connection connection, Collection<Long> without, int limit) throws SQLException {
    return due(
        SqlStatement.of(connection, LOCK_ON_TIME).bigints(without).with(limit).list(this::row));
  }

  /** Locks late triggers, with apps taking turns; otherwise like {@link #lockOnTime}. */
  Due lockLate(Connection connection, Collection<Long> without, int limit) throws SQLException {
    return due(
        SqlStatement.of(connection, LOCK_LATE)
            .bigints(without)
            .with(limit)
            .bigints(without)
            .with(limit)
            .list(this::row));
  }

  private static Due due(List<Row> rows) {
    List<DueTrigger> triggers = new ArrayList<>();
    List<FiringJob> unreadable = new ArrayList<>();
    Set<Long> broken = new HashSet<>();
    for (Row row : rows) {
      FiringJob job = row.trigger().job();
      if (row.broken()) {
        broken.add(job.jobId());
      } else if (!job.rule().isReadable()) {
        unreadable.add(job);
      } else {
        triggers.add(row.trigger());
      }
    }
    return new Due(triggers, unreadable, broken, rows.isEmpty() ? null : rows.get(0).now());
  }

  private record Row(DueTrigger trigger, boolean broken, Instant now) {}

  private Row row(ResultSet row) throws SQLException {
    FiringJob job =
        new FiringJob(
            row.getLong("job_id"),
            row.getString("app"),
            row.getString("name"),
            row.getLong("version_id"),
            row.getInt("version"),
            row.getInt("lane_id"),
            row.getInt("priority"),
            documents.readFireRule(row.getString("fire_rule")));
    return new Row(
        new DueTrigger(
            job, SqlStatement.instant(row, "next_fire_at"), SqlStatement.instant(row, "anchor_at")),
        row.getBoolean("deleted") || row.getLong("version_of") != job.jobId(),
        SqlStatement.instant(row, "now"));
  }

  /** Returns the active instances by job; jobs without any are absent. */
  Map<Long, ActiveInstanceCount> active(Connection connection, Collection<Long> jobs)
      throws SQLException {
    Map<Long, ActiveInstanceCount> active = new HashMap<>();
    if (!jobs.isEmpty()) {
      SqlStatement.of(connection, ACTIVE)
          .with(OverlapRule.MAX_QUEUED)
          .bigints(jobs)
          .list(
              row ->
                  active.put(
                      row.getLong("id"), new ActiveInstanceCount(true, row.getInt("queued"))));
    }
    return active;
  }

  record Started(FiringJob job, Fire.Start start, boolean drivesFixedDelay) {}

  /**
   * A fire that starts no instance, or several missed ones.
   *
   * @param state SKIPPED or CANCELED
   * @param count the number of skipped fire times; null if CANCELED
   */
  record Skipped(
      FiringJob job, InstanceState state, Instant fireTime, EndReason reason, Integer count) {}

  /**
   * An instance that was created.
   *
   * @param limited whether its job has a concurrency limit
   */
  record Created(long jobId, Instant fireTime, boolean limited) {}

  /** Creates instances, except for fire times that already have one. */
  List<Created> start(Connection connection, List<Started> all) throws SQLException {
    if (all.isEmpty()) {
      return List.of();
    }
    return SqlStatement.of(connection, START)
        .bigints(all.stream().map(s -> s.job().jobId()).toList())
        .bigints(all.stream().map(s -> s.job().versionId()).toList())
        .ints(all.stream().map(s -> s.job().laneId()).toList())
        .smallints(all.stream().map(s -> (short) s.job().priority()).toList())
        .booleans(all.stream().map(Started::drivesFixedDelay).toList())
        .booleans(all.stream().map(s -> s.start().waitsForPredecessors()).toList())
        .instants(all.stream().map(s -> s.start().dueAt()).toList())
        .instants(all.stream().map(s -> s.start().fireTime()).toList())
        .list(
            row ->
                new Created(
                    row.getLong("job_id"),
                    SqlStatement.instant(row, "fire_time"),
                    row.getBoolean("limited")));
  }

  void skip(Connection connection, List<Skipped> all) throws SQLException {
    if (all.isEmpty()) {
      return;
    }
    SqlStatement.of(connection, SKIP)
        .bigints(all.stream().map(s -> s.job().jobId()).toList())
        .bigints(all.stream().map(s -> s.job().versionId()).toList())
        .smallints(all.stream().map(s -> (short) s.job().priority()).toList())
        .ints(all.stream().map(s -> s.state().code()).toList())
        .instants(all.stream().map(Skipped::fireTime).toList())
        .texts(all.stream().map(s -> s.reason().name()).toList())
        .ints(all.stream().map(Skipped::count).toList())
        .update();
  }

  /**
   * @param next the next fire times in the order of the jobs; null where there is none
   */
  void advance(Connection connection, List<Long> jobs, List<Instant> next) throws SQLException {
    SqlStatement.of(connection, ADVANCE).bigints(jobs).instants(new ArrayList<>(next)).update();
  }
}
