package dev.orrery.scheduler.model.job;

import dev.orrery.scheduler.base.database.JtaDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.model.job.document.AlertsDocument;
import dev.orrery.scheduler.model.job.document.JobDocument;
import dev.orrery.scheduler.model.job.document.OnFailureDocument;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Writes the rows of watched jobs: those with {@code alerts} or {@code onFailure}. Takes part in
 * the transaction of the caller.
 */
@ApplicationScoped
class JobWatchStore {
  /** A changed field counts from now. The next check decides when to check again. */
  private static final String WRITE =
      """
      insert into job_watch as w (job_id, app_id, no_success_millis, runs_longer_millis,
        pause_after, counted_from, success_check_at, slow_check_at, failures_from, failures_before)
      select j.id, j.app_id, n.no_success, n.runs_longer, n.pause_after, n.now,
        case when n.no_success is not null and not j.paused and not a.paused then n.now end,
        case when n.runs_longer is not null then n.now end, n.now,
        coalesce((select f.failures from job_failing f where f.job_id = j.id limit 1), 0)
      from (select ?::bigint as no_success, ?::bigint as runs_longer, ?::integer as pause_after,
          statement_timestamp() as now) n
      cross join job j join app a on a.id = j.app_id
      where j.id = ?
      on conflict (job_id) do update set
        no_success_millis = excluded.no_success_millis,
        runs_longer_millis = excluded.runs_longer_millis,
        pause_after = excluded.pause_after,
        counted_from = case when w.no_success_millis is distinct from excluded.no_success_millis
          then excluded.counted_from else w.counted_from end,
        success_check_at = excluded.success_check_at,
        overdue_since = case when excluded.no_success_millis is null then null
          else w.overdue_since end,
        slow_since = case when excluded.runs_longer_millis is not null then w.slow_since end,
        slow_check_at = case when w.slow_since is null then excluded.slow_check_at end,
        failures_from = case when w.pause_after is distinct from excluded.pause_after
          then excluded.failures_from else w.failures_from end,
        failures_before = case when w.pause_after is distinct from excluded.pause_after
          then excluded.failures_before else w.failures_before end,
        pause_due = w.pause_due and excluded.pause_after is not null
      """;

  /**
   * Lets the notifier tell that alarms of jobs end without a success. Whether there are any is not
   * asked here: one may be told just now.
   */
  private static final String CLOSE =
      """
      insert into webhook_event (app_id, job_id, reason, alarm)
      select j.app_id, j.id, ?, x.alarm from job j cross join unnest(?::text[]) as x(alarm)
      where j.id = any(?) and exists (select from webhook w where w.app_id = j.app_id)
      """;

  private static final String CLOSE_REMOVED =
      """
      insert into webhook_event (app_id, job_id, reason, alarm)
      select w.app_id, w.job_id, 'ALERT_REMOVED', x.alarm
      from job_watch w cross join lateral (values
        ('overdue', w.no_success_millis is not null and ?::bigint is null),
        ('slow', w.runs_longer_millis is not null and ?::bigint is null)) x(alarm, is_removed)
      where w.job_id = ? and x.is_removed and exists (select from webhook h where h.app_id = w.app_id)
      """;

  private static final String FORGET_SLOW =
      "update job_watch set slow_since = null where job_id = ?";

  private static final String REMOVE = "delete from job_watch where job_id = any(?)";

  private static final String REMOVE_ALL_OF = "delete from job_watch where app_id = ?";

  private static final String LOCK =
      "select job_id from job_watch where job_id = any(?) order by job_id for update";

  private static final String PAUSE =
      "update job_watch set success_check_at = null where job_id = any(?)";

  /**
   * Of those that are not paused themselves. What was missed during the pause does not count; a job
   * that was overdue before remains so until it succeeds.
   */
  private static final String RESUME =
      """
      update job_watch w set counted_from = statement_timestamp(),
        failures_from = statement_timestamp(), pause_due = false, failures_before = coalesce(
          (select f.failures from job_failing f where f.job_id = w.job_id limit 1), 0),
        success_check_at = case when w.no_success_millis is not null and not a.paused
          then statement_timestamp() end
      from job j join app a on a.id = j.app_id
      where j.id = w.job_id and not j.paused and w.job_id = any(?)
      """;

  private final JtaDatabase database;

  JobWatchStore(JtaDatabase database) {
    this.database = database;
  }

  /** Writes what the document says of a stored job. No success is expected of a disabled one. */
  void write(long jobId, JobDocument document) {
    Optional<AlertsDocument> alerts = Optional.ofNullable(document.alerts());
    Long noSuccess =
        alerts
            .filter(all -> document.enabled())
            .map(AlertsDocument::noSuccessFor)
            .map(Duration::toMillis)
            .orElse(null);
    Long runsLonger =
        alerts.map(AlertsDocument::runsLongerThan).map(Duration::toMillis).orElse(null);
    Integer pauseAfter =
        Optional.ofNullable(document.onFailure()).map(OnFailureDocument::pauseAfter).orElse(null);
    database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, CLOSE_REMOVED)
                .withBigint(noSuccess)
                .withBigint(runsLonger)
                .with(jobId)
                .update());
    if (noSuccess == null && runsLonger == null && pauseAfter == null) {
      update(REMOVE, List.of(jobId));
      return;
    }
    database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, WRITE)
                .withBigint(noSuccess)
                .withBigint(runsLonger)
                .withInt(pauseAfter)
                .with(jobId)
                .update());
  }

  /** Of jobs that are deleted. */
  void remove(Collection<Long> jobs) {
    update(REMOVE, jobs);
    close(jobs, "DELETED", "failed", "late", "overdue", "slow");
  }

  /**
   * Ends the alarms of a job that becomes disabled; precedes the write of its document. Runs that
   * people asked for still wait, so it may still be late.
   */
  void disable(long jobId) {
    close(List.of(jobId), "DISABLED", "failed", "overdue", "slow");
  }

  /** Tells anew of what a disabled job was slow in; precedes the write of its document. */
  void enable(long jobId) {
    database.inCurrentTransaction(
        connection -> SqlStatement.of(connection, FORGET_SLOW).with(jobId).update());
  }

  private void close(Collection<Long> jobs, String reason, String... alarms) {
    database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, CLOSE)
                .withText(reason)
                .texts(List.of(alarms))
                .bigints(jobs)
                .update());
  }

  void removeAllOf(int appId) {
    database.inCurrentTransaction(
        connection -> SqlStatement.of(connection, REMOVE_ALL_OF).with(appId).update());
  }

  /** Locks the rows of jobs in the order of ids. A job may have no row. */
  void lock(Collection<Long> jobs) {
    database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, LOCK).bigints(jobs).list(row -> row.getLong("job_id")));
  }

  /** Expects no success of jobs that were paused. */
  void pause(Collection<Long> jobs) {
    update(PAUSE, jobs);
  }

  /** Counts anew for jobs that were resumed. */
  void resume(Collection<Long> jobs) {
    update(RESUME, jobs);
  }

  private void update(String sql, Collection<Long> jobs) {
    database.inCurrentTransaction(
        connection -> SqlStatement.of(connection, sql).bigints(jobs).update());
  }
}
