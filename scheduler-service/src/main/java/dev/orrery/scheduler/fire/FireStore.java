package dev.orrery.scheduler.fire;

import dev.orrery.scheduler.database.SqlStatement;
import dev.orrery.scheduler.database.StateCode;
import dev.orrery.scheduler.instance.EndReason;
import dev.orrery.scheduler.instance.InstanceId;
import dev.orrery.scheduler.instance.InstanceState;
import dev.orrery.scheduler.job.JobVersion;
import dev.orrery.scheduler.job.JobVersionCache;
import dev.orrery.scheduler.job.JobVersionCache.Budget;
import dev.orrery.scheduler.job.JobVersionKey;
import dev.orrery.scheduler.quota.FairQueue;
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
   * Triggers that are due on time: a range of the index trigger_due. Triggers due at the same
   * instant are ordered by priority, as in claims.
   */
  private static final String LOCK_ON_TIME =
      """
      select t.job_id, j.app_id, t.next_fire_at, t.anchor_at, j.deleted_at is not null as deleted,
        j.version_id, %s, date_trunc('milliseconds', statement_timestamp()) as now
      from trigger t join job j on j.id = t.job_id
      where t.next_fire_at <= statement_timestamp() and t.next_fire_at > %s
        and t.job_id <> all(?)
      order by t.next_fire_at, t.priority desc
      limit ?
      for update of t skip locked
      """
          .formatted(JobVersionKey.createdOf("j.version_id"), LATE);

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
      select late.job_id, late_app.id as app_id, late.next_fire_at, late.anchor_at, named.*,
        date_trunc('milliseconds', statement_timestamp()) as now
      from late_app
      cross join lateral (
        select t.job_id, t.next_fire_at, t.anchor_at, t.priority from trigger t
        where t.app_id = late_app.id and (t.app_id, t.next_fire_at) <= (late_app.id, %1$s)
          and t.job_id <> all(?)
        order by t.next_fire_at, t.priority desc
        limit (select ? / count(*) from late_app)
        for update skip locked
      ) late
      cross join lateral (
        select j.deleted_at is not null as deleted, j.version_id, %2$s
        from job j where j.id = late.job_id
        limit 1
      ) named
      order by
        row_number() over (
          partition by late_app.id order by late.next_fire_at, late.priority desc),
        late.next_fire_at, late.priority desc
      """
          .formatted(LATE, JobVersionKey.createdOf("j.version_id"));

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

  private final JobVersionCache versions;

  FireStore(JobVersionCache versions) {
    this.versions = versions;
  }

  /**
   * Locked due triggers, and the database's clock at that time.
   *
   * @param unreadable jobs with a due trigger whose document this release cannot read
   * @param broken jobs with contradictory rows: deleted, but with a trigger, or with a version of
   *     another job
   */
  record Due(List<DueTrigger> triggers, Set<Long> unreadable, Set<Long> broken, Instant now) {}

  /**
   * Locks triggers that are due on time. May leave jobs whose document is not cached to the next
   * transaction, with apps taking turns.
   *
   * @param without jobs whose triggers are not locked
   * @param limit the maximum number of triggers
   */
  Due lockOnTime(Connection connection, Collection<Long> without, int limit) throws SQLException {
    return due(
        connection,
        SqlStatement.of(connection, LOCK_ON_TIME)
            .bigints(without)
            .with(limit)
            .list(FireStore::row));
  }

  /** Locks late triggers, with apps taking turns; otherwise like {@link #lockOnTime}. */
  Due lockLate(Connection connection, Collection<Long> without, int limit) throws SQLException {
    return due(
        connection,
        SqlStatement.of(connection, LOCK_LATE)
            .bigints(without)
            .with(limit)
            .bigints(without)
            .with(limit)
            .list(FireStore::row));
  }

  private Due due(Connection connection, List<Row> rows) throws SQLException {
    Map<JobVersionKey, JobVersion> jobs = versions.load(connection, inTurns(rows), Budget.FIRE);
    List<DueTrigger> triggers = new ArrayList<>();
    Set<Long> unreadable = new HashSet<>();
    Set<Long> broken = new HashSet<>();
    for (Row row : rows) {
      JobVersion job = jobs.get(row.version());
      if (job == null) {
        continue;
      }
      if (row.deleted() || job.jobId() != row.jobId()) {
        broken.add(row.jobId());
      } else if (!job.isReadable()) {
        unreadable.add(row.jobId());
      } else {
        triggers.add(new DueTrigger(job, row.nextFireAt(), row.anchorAt()));
      }
    }
    return new Due(triggers, unreadable, broken, rows.isEmpty() ? null : rows.get(0).now());
  }

  /**
   * Returns the first version of each app, then the second of each, because an app may have large
   * documents.
   */
  private static List<JobVersionKey> inTurns(List<Row> rows) {
    FairQueue<Integer, JobVersionKey> turns = new FairQueue<>();
    rows.forEach(row -> turns.add(row.appId(), row.version()));
    return rows.stream().map(row -> turns.next()).distinct().toList();
  }

  private record Row(
      long jobId,
      int appId,
      boolean deleted,
      JobVersionKey version,
      Instant nextFireAt,
      Instant anchorAt,
      Instant now) {}

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getLong("job_id"),
        row.getInt("app_id"),
        row.getBoolean("deleted"),
        new JobVersionKey(row.getLong("version_id"), row.getLong("version_created")),
        SqlStatement.instant(row, "next_fire_at"),
        SqlStatement.instant(row, "anchor_at"),
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

  record Started(JobVersion job, Fire.Start start, boolean drivesFixedDelay) {}

  /**
   * A fire that starts no instance, or several missed ones.
   *
   * @param state SKIPPED or CANCELED
   * @param count the number of skipped fire times; null if CANCELED
   */
  record Skipped(
      JobVersion job, InstanceState state, Instant fireTime, EndReason reason, Integer count) {}

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
        .bigints(all.stream().map(s -> s.job().id()).toList())
        .ints(all.stream().map(s -> s.job().laneId()).toList())
        .smallints(all.stream().map(s -> (short) s.job().document().priority()).toList())
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
        .bigints(all.stream().map(s -> s.job().id()).toList())
        .smallints(all.stream().map(s -> (short) s.job().document().priority()).toList())
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
