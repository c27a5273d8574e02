package dev.orrery.scheduler.model.propagation;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.model.propagation.InstanceCancellation.Cause;
import dev.orrery.scheduler.model.propagation.InstanceCancellation.Target;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The statements that make instances follow their changed jobs. */
final class JobChangeStore {
  /**
   * Examines instances of changed jobs after a position, in the order of the array and then of ids,
   * and locks instances that do not follow the current state of their job, in the order of ids,
   * like all statements that lock instances. A step reads a bounded number of rows by the index
   * instance_of_job, even of a job with a million instances. The limits keep the planner from
   * reading whole tables.
   *
   * <p>An instance of a deleted job, of a disabled trigger or of a canceled backfill is canceled. A
   * running instance is asked to stop, once, if its app is deleted or its backfill is canceled. An
   * instance is limited while its job has a row in job_concurrency, or instances that wait for its
   * end, and not afterwards: one that stayed limited would keep its place before those of a higher
   * priority when a limit comes back. Ready instances are blocked while their job or app is paused,
   * while the job exceeds its limit, and when a limit begins to apply to them. Only an unblock
   * decides which of them start. It cannot run at the same time, because it locks the row of the
   * job. Parts are left to their parent.
   *
   * <p>The lock may have waited for a claim, an end or a cancel, so the state is checked again.
   * Each row is locked by its own lookup: a join could compare each row with all.
   */
  private static final String LOCK_STALE =
      """
      with changed as materialized (
        select j.id as job_id, j.deleted_at is not null as deleted,
          p.deleted_at is not null as app_deleted, r.disabled_before,
          s.job_id is not null or (select true from instance q
            where q.job_id = j.id and q.waits_for_predecessors limit 1) is not null as limits,
          (select true from backfill b
            where b.job_id = j.id and b.canceled_at is not null limit 1) is not null
            as has_canceled,
          p.paused or (j.paused and j.deleted_at is null)
            or (s.concurrency is not null and s.concurrency < (
              select count(*) from instance a
              where a.job_id = j.id and a.limited and a.state in (:READY, :RUNNING)) + (
              select count(*) from instance a
              where a.job_id = j.id and a.limited and a.state = :AWAITING)) as holds,
          s.concurrency is not null as has_limit
        from unnest(?::bigint[]) as jobs(job_id)
        cross join lateral (
          select id, app_id, paused, deleted_at from job where id = jobs.job_id limit 1
        ) j
        cross join lateral (
          select paused, deleted_at from app where id = j.app_id limit 1
        ) p
        left join lateral (
          select job_id, concurrency from job_concurrency where job_id = j.id limit 1
        ) s on true
        left join lateral (
          select disabled_before from job_recheck where job_id = j.id limit 1
        ) r on true
      ), examined as materialized (
        select i.id, i.job_id, i.running,
          case
            when i.is_part then 0
            when i.stoppable and case when i.running then c.app_deleted else c.deleted end
              then :DELETED
            when i.fires and not i.running and i.id < c.disabled_before then :DISABLED
            when i.stoppable and i.fires and c.has_canceled and (
              select b.canceled_at is not null and i.id <= b.last_instance from backfill b
              where b.job_id = i.job_id and b.first_instance <= i.id
              order by b.first_instance desc limit 1) then :BACKFILL
            when c.limits <> i.limited
              or (i.ready and (c.holds or (c.has_limit and not i.limited))) then :FOLLOWS
            else 0
          end as change,
          c.limits, c.holds or c.has_limit as holds
        from changed c cross join lateral (
          select a.id, a.job_id, a.limited, a.part is not null as is_part,
            a.state in (:RUNNING, :AWAITING) as running,
            a.state = :READY as ready,
            a.state not in (:RUNNING, :AWAITING) or a.cancel_requested_at is null as stoppable,
            a.fire_time is not null and a.retry_of is null as fires
          from instance a
          where a.job_id = c.job_id and a.id > case when c.job_id = ? then ?::bigint else -1 end
          order by a.job_id, a.id
          limit ?
        ) i
        limit ?
      ), locked as materialized (
        select i.id, i.job_id, i.attempt, i.session_id, i.limited, e.running, e.change, e.limits,
          e.holds
        from (select * from examined where change > 0 order by id) e cross join lateral (
          select * from instance i
          where i.id = e.id and (e.change = :FOLLOWS
            or (i.state::integer in (:RUNNING, :AWAITING)) = e.running
              and (not e.running or i.cancel_requested_at is null))
          limit 1
          for update
        ) i
      )
      select id, job_id, attempt, session_id, limited, running, change, limits, holds from locked
      union all
      (select id, job_id, 0, null, false, false, 0, false, false from examined offset ? limit 1)
      """
          .replace(":DELETED", "1")
          .replace(":DISABLED", "2")
          .replace(":BACKFILL", "3")
          .replace(":FOLLOWS", "4")
          .transform(StateCode::resolve);

  /** The causes by their codes in the statement, 1 to 3. */
  private static final List<Cause> CAUSES =
      List.of(Cause.JOB_DELETED, Cause.JOB_DISABLED, Cause.BACKFILL_CANCELED);

  private static final int LAST_EXAMINED = 0;
  private static final int FOLLOWS = 4;

  /**
   * The caller must hold the locks of the instances. There is no join, which could compare each row
   * with all.
   */
  private static final String FOLLOW =
      """
      update instance
      set limited = ?,
        state = case when ? and state = :READY then :BLOCKED else state end
      where id = any(?)
      """
          .transform(StateCode::resolve);

  private JobChangeStore() {}

  /** A position among the instances of changed jobs: after this instance of this job. */
  record Position(long jobId, long instanceId) {
    static final Position START = new Position(-1, -1);
  }

  /** A locked instance that does not follow its job. */
  record Stale(Target instance, int change, boolean limits, boolean holds) {
    boolean follows() {
      return change == FOLLOWS;
    }

    Cause cause() {
      return CAUSES.get(change - 1);
    }
  }

  /**
   * The instances of a step that do not follow their jobs.
   *
   * @param next empty if all instances of the jobs have been examined
   */
  record Examined(List<Stale> stale, Optional<Position> next) {}

  static Examined lockStale(
      Connection connection, Collection<Long> jobs, Position after, int examined)
      throws SQLException {
    List<Stale> rows =
        SqlStatement.of(connection, LOCK_STALE)
            .bigints(jobs)
            .with(after.jobId())
            .with(after.instanceId())
            .with(examined)
            .with(examined)
            .with(examined - 1)
            .list(JobChangeStore::stale);
    return new Examined(
        rows.stream().filter(row -> row.change() != LAST_EXAMINED).toList(),
        rows.stream()
            .filter(row -> row.change() == LAST_EXAMINED)
            .map(Stale::instance)
            .map(last -> new Position(last.jobId(), last.attempt().instance()))
            .findFirst());
  }

  private static Stale stale(ResultSet row) throws SQLException {
    return new Stale(
        new Target(
            new AttemptRef(row.getLong("id"), row.getInt("attempt")),
            row.getLong("job_id"),
            row.getObject("session_id", UUID.class),
            row.getBoolean("running"),
            row.getBoolean("limited"),
            false),
        row.getInt("change"),
        row.getBoolean("limits"),
        row.getBoolean("holds"));
  }

  static void follow(Connection connection, List<Stale> instances) throws SQLException {
    for (boolean limits : new boolean[] {true, false}) {
      for (boolean holds : new boolean[] {true, false}) {
        List<Long> alike =
            instances.stream()
                .filter(change -> change.limits() == limits && change.holds() == holds)
                .map(change -> change.instance().attempt().instance())
                .toList();
        if (!alike.isEmpty()) {
          SqlStatement.of(connection, FOLLOW).with(limits).with(holds).bigints(alike).update();
        }
      }
    }
  }
}
