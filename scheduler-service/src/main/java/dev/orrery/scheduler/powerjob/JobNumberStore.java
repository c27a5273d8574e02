package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;

/**
 * Stores the numbers that imported jobs had in PowerJob, by which its clients and workers know
 * them.
 */
@ApplicationScoped
public class JobNumberStore {
  /**
   * The id of the job that a client or worker means: app, number, number. It is the number itself
   * unless an imported job has it.
   */
  public static final String JOB_ID =
      "coalesce((select job_id from powerjob_job where app_id = ? and number = ?), ?)";

  /** Of two calls at once, the second one replaces what the first has written. */
  private static final String LOCK = "select from app where id = ? for no key update";

  private static final String WITHOUT_JOB =
      """
      select n.number from unnest(?, ?) n(number, name)
      where not exists (
        select from job j where j.app_id = ? and j.name = n.name and j.deleted_at is null)
      order by n.number limit 1
      """;

  private static final String DELETE = "delete from powerjob_job where app_id = ?";

  private static final String INSERT =
      """
      insert into powerjob_job (app_id, number, job_id)
      select j.app_id, n.number, j.id from unnest(?, ?) n(number, name)
      join job j on j.app_id = ? and j.name = n.name and j.deleted_at is null
      """;

  private final EngineDatabase database;

  JobNumberStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * Replaces the numbers of the app's jobs with these.
   *
   * @param names of jobs, each once
   * @return a number whose name no job has; nothing is changed then
   */
  Optional<Long> replace(int appId, Map<Long, String> names) {
    return database.transaction(
        connection -> {
          SqlStatement.of(connection, LOCK).with(appId).list(row -> appId);
          Optional<Long> withoutJob =
              SqlStatement.of(connection, WITHOUT_JOB)
                  .bigints(names.keySet())
                  .texts(names.values())
                  .with(appId)
                  .first(row -> row.getLong(1));
          if (withoutJob.isEmpty()) {
            SqlStatement.of(connection, DELETE).with(appId).update();
            SqlStatement.of(connection, INSERT)
                .bigints(names.keySet())
                .texts(names.values())
                .with(appId)
                .update();
          }
          return withoutJob;
        });
  }
}
