package dev.orrery.scheduler.extras.notification;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Checks whether notifications have pending work, and deletes old deliveries. */
@ApplicationScoped
class PendingWorkStore {
  /** Each part is one index scan. Without webhooks and alerts, all these tables are empty. */
  private static final String QUERY =
      """
      select exists (select from webhook_event) as noted,
        exists (select from webhook_job_health where failing_since is not null) as failing,
        exists (select from webhook where enabled and 'late' = any(events)) as watches_late,
        exists (select from job_watch where success_check_at is not null)
          or exists (select from job_watch where slow_check_at is not null) as watches_jobs,
        exists (select from job_watch where pause_due) as pausing,
        exists (select from webhook_delivery where state = :WAITING
          and next_try_at <= statement_timestamp()) as waiting
      """
          .transform(DeliveryView.State::resolve);

  private static final String PRUNE =
      """
      delete from webhook_delivery where id in (
        select id from webhook_delivery
        where ended_at < statement_timestamp() - ? * interval '1 second' limit ?)
      """;

  private static final String FORGET_DELETED_JOBS =
      """
      with forgotten as (
        delete from job_failing f where not exists (select {job} j.id = f.job_id and {kept})
      ), told as (
        delete from webhook w using app a
        where a.id = w.app_id and a.deleted_at is not null and not exists (
          select from webhook_delivery d where d.webhook_id = w.id and d.state = :WAITING)
      )
      delete from webhook_job_health s where not exists (select {job} j.id = s.job_id and {kept})
      """
          .transform(DeliveryView.State::resolve)
          .replace("{job}", "from job j where")
          .replace(
              "{kept}",
              "(j.deleted_at is null or j.deleted_at >= statement_timestamp() - interval '1 day')");

  private final EngineDatabase database;

  PendingWorkStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * The pending work.
   *
   * @param failing whether a webhook was told that a job fails, and may be reminded
   * @param pausing whether a job must be paused, or this be told
   */
  record PendingWork(
      boolean noted,
      boolean failing,
      boolean watchesLate,
      boolean watchesJobs,
      boolean pausing,
      boolean waiting) {}

  PendingWork query() {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, QUERY)
                .first(
                    row ->
                        new PendingWork(
                            row.getBoolean("noted"),
                            row.getBoolean("failing"),
                            row.getBoolean("watches_late"),
                            row.getBoolean("watches_jobs"),
                            row.getBoolean("pausing"),
                            row.getBoolean("waiting")))
                .orElseThrow());
  }

  /**
   * Deletes deliveries that ended longer ago than this, in bounded steps, the health of deleted
   * jobs, and webhooks of deleted apps that have told their last message.
   */
  void prune(Duration age) {
    database.deleteInSteps(PRUNE, age.toSeconds());
    database.maintenance(connection -> SqlStatement.of(connection, FORGET_DELETED_JOBS).update());
  }
}
