package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

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

  private static final String READ =
      """
      select n.number, j.name from powerjob_job n
      join job j on j.id = n.job_id and j.deleted_at is null
      where n.app_id = ?
      order by n.number
      """;

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

  /** Returns the names of the app's jobs by number, without those of deleted jobs. */
  Map<Long, String> read(int appId) {
    return database.read(connection -> read(connection, appId));
  }

  private static Map<Long, String> read(Connection connection, int appId) throws SQLException {
    Map<Long, String> names = new LinkedHashMap<>();
    SqlStatement.of(connection, READ)
        .with(appId)
        .list(row -> names.put(row.getLong("number"), row.getString("name")));
    return names;
  }

  /**
   * Replaces the numbers of the app's jobs with these.
   *
   * @param names of jobs, each once
   * @param check throws what refuses the call, given the names that are stored
   * @return a number whose name no job has; nothing is changed then
   */
  Optional<Long> replace(int appId, Map<Long, String> names, Consumer<Map<Long, String>> check) {
    return database.transaction(
        connection -> {
          SqlStatement.of(connection, LOCK).with(appId).list(row -> appId);
          check.accept(read(connection, appId));
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
