package dev.orrery.scheduler.concurrency;

import dev.orrery.scheduler.database.SqlStatement;
import dev.orrery.scheduler.database.StateCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Applies an edit, a pause or a resume to the concurrency rows of jobs, as part of the caller's
 * transaction. After the commit the caller must call {@link
 * dev.orrery.scheduler.hint.HintBus#unblock}.
 */
public final class JobConcurrencyStore {
  private static final String WRITE =
      """
      insert into job_concurrency (job_id, concurrency) values (?, ?)
      on conflict (job_id) do update set concurrency = excluded.concurrency
      """;

  private static final String ENSURE =
      "insert into job_concurrency (job_id) values (?) on conflict do nothing";

  /** Rows of jobs whose document needs none: a backfill queued its instances. */
  private static final String REMOVE_UNUSED =
      """
      delete from job_concurrency s using job j, job_version v
      where j.id = s.job_id and v.id = j.version_id and s.concurrency is null
        and v.document ->> 'overlap' in ('skip', 'allow')
        and not exists (
          select from instance i where i.job_id = s.job_id and i.waits_for_predecessors)
      """;

  private static final String REMOVE = "delete from job_concurrency where job_id = ?";

  private static final String SCHEDULE_RECHECK =
      """
      insert into job_recheck (job_id) select unnest(?::bigint[]) order by 1
      on conflict (job_id) do update set since = statement_timestamp()
      """;

  private static final String LOCK_RECHECKS =
      """
      select job_id, since < statement_timestamp() - ? * interval '1 millisecond' as last
      from job_recheck
      order by job_id
      limit ?
      for update skip locked
      """;

  private static final String DROP_RECHECKS = "delete from job_recheck where job_id = any(?)";

  /** In the order of ids, as all statements that lock instances. */
  private static final String TAKE_PART =
      """
      with stray as materialized (
        select i.id from instance i join job_concurrency s on s.job_id = i.job_id
        where i.job_id = any(?) and not i.limited
        order by i.id
        for update of i
      )
      update instance i set limited = true from stray where i.id = stray.id
      """;

  /**
   * Blocks ready instances that must not start: all of a paused job, and those beyond the limit of
   * a job, the least urgent and newest first. Running instances go on.
   */
  private static final String BLOCK =
      """
      with excess as materialized (
        select over.id
        from job j join app p on p.id = j.app_id left join job_concurrency s on s.job_id = j.id
        cross join lateral (
          select r.id from instance r
          where r.job_id = j.id and r.state = :READY
          order by r.priority desc, r.id
          offset case when j.paused or p.paused then 0
            else greatest(0, s.concurrency - (select count(*) from instance a
              where a.job_id = j.id and a.limited and a.state = :RUNNING)) end
        ) over
        where j.id = any(?) and (j.paused or p.paused or s.concurrency is not null)
      ), locked as materialized (
        select i.id from instance i join excess using (id) where i.state = :READY
        order by i.id
        for update of i
      )
      update instance i set state = :BLOCKED from locked where i.id = locked.id
      """
          .transform(StateCode::resolve);

  private JobConcurrencyStore() {}

  /**
   * Sets the concurrency limit of a job. The caller must call {@link #applyRule} afterwards, once
   * for all jobs of its transaction.
   *
   * @param concurrency null if its instances wait because of the overlap policy only
   */
  public static void write(Connection connection, long job, Integer concurrency)
      throws SQLException {
    scheduleRecheck(connection, List.of(job));
    SqlStatement.of(connection, WRITE).with(job).withInt(concurrency).update();
  }

  /**
   * Makes sure that the job has a row, so that its instances can wait for each other. Keeps an
   * existing limit.
   */
  public static void ensure(Connection connection, long job) throws SQLException {
    scheduleRecheck(connection, List.of(job));
    SqlStatement.of(connection, ENSURE).with(job).update();
    applyRule(connection, List.of(job));
  }

  /** Removes rows that only a backfill needed, and that it no longer needs. */
  public static void removeUnused(Connection connection) throws SQLException {
    SqlStatement.of(connection, REMOVE_UNUSED).update();
  }

  /**
   * Removes the limit of a job. Instances that wait for their predecessors still wait. The caller
   * must call {@link #applyRule} afterwards, once for all jobs of its transaction.
   */
  public static void remove(Connection connection, long job) throws SQLException {
    scheduleRecheck(connection, List.of(job));
    SqlStatement.of(connection, REMOVE).with(job).update();
  }

  /** Locks the rows of several jobs in the order of their ids, before they are written in turn. */
  public static void lock(Connection connection, Collection<Long> jobs) throws SQLException {
    UnblockStore.lock(connection, jobs);
  }

  /** Applies a pause or a resume to the instances of the jobs, and has the jobs rechecked. */
  public static void apply(Connection connection, Collection<Long> jobs) throws SQLException {
    scheduleRecheck(connection, jobs);
    applyRule(connection, jobs);
  }

  /**
   * Has the jobs checked again for ten seconds. Must come before any lock of a job: a recheck takes
   * the locks in this order, too.
   */
  public static void scheduleRecheck(Connection connection, Collection<Long> jobs)
      throws SQLException {
    SqlStatement.of(connection, SCHEDULE_RECHECK).bigints(jobs).update();
  }

  /**
   * A recently changed job.
   *
   * @param last whether the change is long enough ago for this recheck to be the last one
   */
  record Recheck(long jobId, boolean last) {}

  /**
   * Locks the jobs to recheck.
   *
   * @param period for which a job is rechecked after a change
   */
  static List<Recheck> lockRechecks(Connection connection, Duration period, int limit)
      throws SQLException {
    return SqlStatement.of(connection, LOCK_RECHECKS)
        .with(period.toMillis())
        .with(limit)
        .list(row -> new Recheck(row.getLong("job_id"), row.getBoolean("last")));
  }

  static void dropRechecks(Connection connection, Collection<Long> jobs) throws SQLException {
    SqlStatement.of(connection, DROP_RECHECKS).bigints(jobs).update();
  }

  /** Applies the limits and pauses of the jobs to their instances, which it locks. */
  public static void applyRule(Connection connection, Collection<Long> jobs) throws SQLException {
    UnblockStore.lock(connection, jobs);
    SqlStatement.of(connection, TAKE_PART).bigints(jobs).update();
    SqlStatement.of(connection, BLOCK).bigints(jobs).update();
  }
}
