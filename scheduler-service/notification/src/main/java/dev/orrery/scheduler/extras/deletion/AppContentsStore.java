package dev.orrery.scheduler.extras.deletion;

import dev.orrery.scheduler.base.database.JtaDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;

/** Counts the contents of an app, in the transaction of the caller. */
@ApplicationScoped
class AppContentsStore {
  /** The count of instances is bounded, because an app may have a million. */
  private static final String COUNT =
      """
      select
        (select count(*) from job where app_id = a.id and deleted_at is null) as jobs,
        (select count(*) from (
          select from instance i join job j on j.id = i.job_id
          where j.app_id = a.id limit 1000) active) as instances,
        (select count(*) from webhook where app_id = a.id) as webhooks,
        (select count(*) from worker_session
          where app_id = a.id and ended_at is null and lease_until > statement_timestamp())
          as workers
      from app a where a.id = ?
      """;

  private final JtaDatabase database;

  AppContentsStore(JtaDatabase database) {
    this.database = database;
  }

  AppContents count(int appId) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, COUNT)
                .with(appId)
                .first(
                    row ->
                        new AppContents(
                            row.getInt("jobs"),
                            row.getInt("instances"),
                            row.getInt("webhooks"),
                            row.getInt("workers")))
                .orElseThrow());
  }
}
