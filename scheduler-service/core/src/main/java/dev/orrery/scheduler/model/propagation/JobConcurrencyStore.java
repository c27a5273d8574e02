package dev.orrery.scheduler.model.propagation;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.model.concurrency.UnblockStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Writes the concurrency rows of jobs and the schedule of their rechecks, as part of the caller's
 * transaction. After the commit the caller must call {@link
 * dev.orrery.scheduler.base.hint.HintBus#unblock}.
 */
public final class JobConcurrencyStore {
  private static final String WRITE =
      """
      insert into job_concurrency (job_id, concurrency) values (?, ?)
      on conflict (job_id) do update set concurrency = excluded.concurrency
      """;

  private static final String ENSURE =
      "insert into job_concurrency (job_id) values (?) on conflict do nothing";

  /**
   * Removes rows that only the queued instances of a backfill needed. Locks them in the order of
   * ids, like all statements that lock several.
   */
  private static final String REMOVE_UNUSED =
      """
      with unused as materialized (
        select s.job_id from job_concurrency s
        join job j on j.id = s.job_id join job_version v on v.id = j.version_id
        where s.concurrency is null and v.document ->> 'overlap' in ('skip', 'allow')
          and not exists (
            select from instance i where i.job_id = s.job_id and i.waits_for_predecessors)
        order by s.job_id
        for update of s
      )
      delete from job_concurrency s using unused where s.job_id = unused.job_id
      """;

  private static final String REMOVE = "delete from job_concurrency where job_id = ?";

  private static final String SCHEDULE_RECHECK =
      """
      insert into job_recheck (job_id) select unnest(?::bigint[]) order by 1
      on conflict (job_id) do update set since = statement_timestamp()
      """;

  /**
   * Every recheck includes changes within {@link JobReconciler#RECENT_WINDOW}; the flag adds older
   * ones.
   */
  private static final String RECHECKS =
      """
      select job_id, since < statement_timestamp() - ? * interval '1 millisecond' as last
      from job_recheck
      where job_id > ?
        and (?::boolean or since > statement_timestamp() - ? * interval '1 millisecond')
      order by job_id
      limit ?
      """;

  /**
   * Skips rows that are locked by an edit in progress, or by another replica that rechecks the job.
   */
  private static final String LOCK_RECHECKS =
      """
      select job_id from job_recheck where job_id = any(?)
      order by job_id
      for update skip locked
      """;

  /** Keeps the row of a job that has changed again. */
  private static final String DROP_RECHECKS =
      """
      delete from job_recheck
      where job_id = any(?) and since < statement_timestamp() - ? * interval '1 millisecond'
      """;

  /** Limits the cancel to existing ids: later instances, such as a backfill's, have larger ones. */
  private static final String DISABLE =
      """
      update job_recheck
      set disabled_before = instance_id_at(statement_timestamp() + interval '1 millisecond')
      where job_id = any(?)
      """;

  private JobConcurrencyStore() {}

  /**
   * Sets the concurrency limit of a job. The caller must call {@link JobChangePropagator#begin}
   * afterwards, once for all jobs of its transaction.
   *
   * @param concurrency null if its instances wait only because of the overlap policy
   */
  public static void write(Connection connection, long job, Integer concurrency)
      throws SQLException {
    scheduleRecheck(connection, List.of(job));
    SqlStatement.of(connection, WRITE).with(job).withInt(concurrency).update();
  }

  /**
   * Creates the row of the job if it is missing, so that its instances can wait for each other.
   * Keeps an existing limit. The caller must call {@link JobChangePropagator#begin} afterwards.
   */
  public static void ensure(Connection connection, long job) throws SQLException {
    scheduleRecheck(connection, List.of(job));
    SqlStatement.of(connection, ENSURE).with(job).update();
  }

  /** Removes rows that only finished backfills needed. */
  public static void removeUnused(Connection connection) throws SQLException {
    SqlStatement.of(connection, REMOVE_UNUSED).update();
  }

  /**
   * Removes the limit of a job. Instances that wait for their predecessors still wait. The caller
   * must call {@link JobChangePropagator#begin} afterwards, once for all jobs of its transaction.
   */
  public static void remove(Connection connection, long job) throws SQLException {
    scheduleRecheck(connection, List.of(job));
    SqlStatement.of(connection, REMOVE).with(job).update();
  }

  /**
   * Locks the rows of several jobs in the order of their ids, before they are written one by one.
   */
  public static void lock(Connection connection, Collection<Long> jobs) throws SQLException {
    UnblockStore.lock(connection, jobs);
  }

  /**
   * Schedules rechecks of the jobs for {@link JobReconciler#RECONCILE_PERIOD}. Must precede any
   * lock of a job, because a recheck locks in this order, too.
   */
  public static void scheduleRecheck(Connection connection, Collection<Long> jobs)
      throws SQLException {
    SqlStatement.of(connection, SCHEDULE_RECHECK).bigints(jobs).update();
  }

  /**
   * Makes the steps of a change cancel the waiting instances that triggers of disabled jobs have
   * created so far. The caller must have scheduled the recheck of the jobs, and must hold the locks
   * of the triggers.
   */
  public static void cancelFiresOf(Connection connection, Collection<Long> disabled)
      throws SQLException {
    SqlStatement.of(connection, DISABLE).bigints(disabled).update();
  }

  /**
   * A recently changed job.
   *
   * @param last whether the change is older than {@link JobReconciler#RECONCILE_PERIOD}, so this
   *     recheck is the last one
   */
  record Recheck(long jobId, boolean last) {}

  /**
   * Returns jobs to recheck, in the order of their ids.
   *
   * @param period the time for which a job is rechecked after a change
   * @param withOld whether to include jobs that changed longer than {@link
   *     JobReconciler#RECENT_WINDOW} ago
   */
  static List<Recheck> rechecks(
      Connection connection, Duration period, long afterJob, boolean withOld, int limit)
      throws SQLException {
    return SqlStatement.of(connection, RECHECKS)
        .with(period.toMillis())
        .with(afterJob)
        .with(withOld)
        .with(JobReconciler.RECENT_WINDOW.toMillis())
        .with(limit)
        .list(row -> new Recheck(row.getLong("job_id"), row.getBoolean("last")));
  }

  /** Returns the jobs that need a recheck and are not locked by another transaction. */
  static List<Long> lockRechecks(Connection connection, Collection<Long> jobs) throws SQLException {
    return SqlStatement.of(connection, LOCK_RECHECKS)
        .bigints(jobs)
        .list(row -> row.getLong("job_id"));
  }

  static void dropRechecks(Connection connection, Collection<Long> jobs, Duration period)
      throws SQLException {
    if (!jobs.isEmpty()) {
      SqlStatement.of(connection, DROP_RECHECKS).bigints(jobs).with(period.toMillis()).update();
    }
  }
}
