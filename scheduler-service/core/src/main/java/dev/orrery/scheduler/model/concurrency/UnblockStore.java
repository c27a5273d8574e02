package dev.orrery.scheduler.model.concurrency;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The statements that make blocked instances ready. */
public final class UnblockStore {
  /** The maximum number of instances that one statement unblocks, over all its jobs. */
  static final int BATCH_SIZE = 5000;

  private static final String LOCK =
      "select job_id from job_concurrency where job_id = any(?) order by job_id for update";

  /**
   * Ends the wait of the first instance of each job that waits for its predecessors, if no
   * predecessor is left. Predecessors have a smaller id or an earlier fire time: a backfill creates
   * earlier fire times with larger ids. Waiting instances do not count as predecessors, so two of
   * them never wait for each other. The first waiting instance has the earliest fire time, so the
   * second lookup, by the index instance_fire, reads only instances that do not wait. The limit and
   * the cast keep the planner from reading all instances, or all waiting ones.
   */
  private static final String END_QUEUEING =
      """
      with turn as materialized (
        select first.id
        from unnest(?::bigint[]) as jobs(job_id) cross join lateral (
          select q.id, q.job_id, q.fire_time from instance q
          where q.job_id = jobs.job_id and q.waits_for_predecessors
          order by q.fire_time, q.id
          limit 1
        ) first
        where (select e.id from instance e
          where e.job_id = first.job_id and e.id < first.id
            and not e.waits_for_predecessors limit 1) is null
          and (select e.id from instance e
          where e.job_id = first.job_id and e.fire_time < first.fire_time and e.retry_of is null
            and not e.waits_for_predecessors limit 1) is null
      ), locked as materialized (
        select i.id from instance i join turn using (id)
        where i.waits_for_predecessors::integer = 1
        order by i.id
        for update of i
      )
      update instance i set waits_for_predecessors = false
      from locked
      where i.id = locked.id
      """;

  /**
   * Runs as a separate statement after the lock, so that it counts all rows that were committed
   * before the lock. A scheduled instance, delayed by jitter, does not count towards the limit. The
   * limits and the cast keep the planner from reading all jobs and their limits, or all blocked
   * instances. A deleted job counts as not paused: its running attempts may run again, and it
   * cannot be resumed. Processes the jobs in the order of the array, until the statement has as
   * many instances as it may unblock. Locks instances in the order of their ids, each by its own
   * lookup: with a join, a plan for an empty queue compares each with all, which took 44 s for
   * 5,000 of 9,000.
   *
   * <p>An instance that another transaction made ready first, as two replicas or a hint and a check
   * may do, is locked here too, until the commit. A claim skips it meanwhile, so the last part
   * returns its lane.
   */
  private static final String UNBLOCK =
      """
      with open as materialized (
        select j.id as job_id,
          case when s.concurrency is null then :BATCH_SIZE
            else s.concurrency - (select count(*) from instance a
              where a.job_id = j.id and a.limited and a.state in (:READY, :RUNNING))
              - (select count(*) from instance a
              where a.job_id = j.id and a.limited and a.state = :AWAITING)
          end as free
        from unnest(?::bigint[]) as jobs(job_id)
        cross join lateral (
          select id, app_id from job
          where id = jobs.job_id and (not paused or deleted_at is not null)
          limit 1
        ) j
        cross join lateral (select from app where id = j.app_id and not paused limit 1) a
        left join lateral (
          select concurrency from job_concurrency where job_id = j.id limit 1
        ) s on true
      ), next as materialized (
        select n.id, n.lane_id from open cross join lateral (
          select b.id, b.lane_id from instance b
          where b.job_id = open.job_id and b.state = :BLOCKED and not b.waits_for_predecessors
          order by b.priority desc, b.id
          limit greatest(open.free, 0)
        ) n
        limit :BATCH_SIZE
      ), locked as materialized (
        select i.id from (select id from next order by id) n cross join lateral (
          select i.id from instance i
          where i.id = n.id and i.state::integer = :BLOCKED and not i.waits_for_predecessors
          limit 1
          for update
        ) i
      ), unblocked as (
        update instance i
        set state = case when i.due_at > statement_timestamp() then :SCHEDULED else :READY end
        where i.id = any(array(select id from locked))
        returning i.job_id, i.lane_id, i.state,
          (extract(epoch from i.due_at - statement_timestamp()) * 1000)::bigint as due_millis
      )
      select job_id, lane_id, state, due_millis from unblocked
      union all
      select distinct null::bigint, lane_id, null::smallint, null::bigint from next
      where id not in (select id from locked)
      """
          .replace(":BATCH_SIZE", "" + BATCH_SIZE)
          .transform(StateCode::resolve);

  /** Skips from job to job through the indexes of blocked instances. */
  private static final String JOBS_WITH_BLOCKED =
      """
      with recursive blocked(job_id) as (
        (select job_id from instance where state = :BLOCKED and not waits_for_predecessors
          order by job_id limit 1)
        union all
        select (select i.job_id from instance i
          where i.state = :BLOCKED and not i.waits_for_predecessors and i.job_id > b.job_id
          order by i.job_id limit 1)
        from blocked b where b.job_id is not null
      ), waiting(job_id) as (
        (select job_id from instance where waits_for_predecessors order by job_id limit 1)
        union all
        select (select i.job_id from instance i where i.waits_for_predecessors
          and i.job_id > q.job_id order by i.job_id limit 1)
        from waiting q where q.job_id is not null
      )
      select j.id from job j join app p on p.id = j.app_id
      where j.id in (select job_id from blocked union select job_id from waiting)
        and (not j.paused or j.deleted_at is not null) and not p.paused
      order by j.id
      """
          .transform(StateCode::resolve);

  private UnblockStore() {}

  /**
   * An unblocked instance.
   *
   * @param dueIn the time until it can be claimed, if it is not ready
   */
  public record Unblocked(long jobId, int laneId, boolean ready, Duration dueIn) {}

  /**
   * @param skippedLanes lanes with instances that a claim may have skipped, because they were
   *     locked here after another transaction had made them ready
   */
  public record Result(List<Unblocked> unblocked, Set<Integer> skippedLanes) {}

  /** Locks the jobs that have a row in job_concurrency. */
  public static void lock(Connection connection, Collection<Long> jobs) throws SQLException {
    SqlStatement.of(connection, LOCK).bigints(jobs).list(row -> row.getLong("job_id"));
  }

  static void endQueueing(Connection connection, Collection<Long> jobs) throws SQLException {
    SqlStatement.of(connection, END_QUEUEING).bigints(jobs).update();
  }

  /**
   * Unblocks at most {@link #BATCH_SIZE} instances, in the order of the jobs; the caller holds the
   * locks of the jobs.
   */
  public static Result unblock(Connection connection, Collection<Long> jobs) throws SQLException {
    List<Unblocked> unblocked = new ArrayList<>();
    Set<Integer> skippedLanes = new HashSet<>();
    SqlStatement.of(connection, UNBLOCK)
        .bigints(jobs)
        .list(
            row ->
                SqlStatement.nullableLong(row, "job_id") == null
                    ? skippedLanes.add(row.getInt("lane_id"))
                    : unblocked.add(unblocked(row)));
    return new Result(unblocked, skippedLanes);
  }

  private static Unblocked unblocked(ResultSet row) throws SQLException {
    return new Unblocked(
        row.getLong("job_id"),
        row.getInt("lane_id"),
        row.getInt("state") == StateCode.READY.number(),
        Duration.ofMillis(Math.max(0, row.getLong("due_millis"))));
  }

  static List<Long> jobsWithBlocked(Connection connection) throws SQLException {
    return SqlStatement.of(connection, JOBS_WITH_BLOCKED).list(row -> row.getLong("id"));
  }
}
