package dev.orrery.scheduler.model.job;

import dev.orrery.scheduler.base.database.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Reads and writes the labels by which jobs are found. A deleted job has none. */
public final class JobLabelStore {
  /**
   * Selects jobs of an app with all of the labels: ranges of the primary key. Its parameters are
   * those of {@link #bind}.
   */
  public static final String LABELLED =
      """
      select labelled.job_id from unnest(?::text[], ?::text[]) as wanted(name, value)
      cross join lateral (
        select l.job_id from job_label l
        where l.app_id = ? and l.name = wanted.name and l.value = wanted.value offset 0
      ) labelled
      group by labelled.job_id having count(*) = ?
      """;

  private static final String NAMED =
      """
      select found.job_id from (%s) found
      where ?::text is null or ?::text = (
        select j.name from job j where j.id = found.job_id limit 1)
      limit ?
      """
          .formatted(LABELLED);

  private static final String DELETE = "delete from job_label where job_id = any(?)";

  private static final String DELETE_ALL_OF = "delete from job_label where app_id = ?";

  private static final String INSERT =
      """
      insert into job_label (app_id, job_id, name, value)
      select ?, ?, name, value from unnest(?::text[], ?::text[]) as given(name, value)
      """;

  private JobLabelStore() {}

  /** Binds the parameters of {@link #LABELLED}, which come first. */
  public static SqlStatement bind(SqlStatement sql, int appId, Map<String, String> labels)
      throws SQLException {
    return sql.texts(labels.keySet()).texts(labels.values()).with(appId).with(labels.size());
  }

  /**
   * Returns the jobs of an app with all of the labels, in any order.
   *
   * @param name null for any
   */
  public static List<Long> labelled(
      Connection connection, int appId, Map<String, String> labels, String name, int limit)
      throws SQLException {
    return bind(SqlStatement.of(connection, NAMED), appId, labels)
        .withText(name)
        .withText(name)
        .with(limit)
        .list(row -> row.getLong("job_id"));
  }

  static void write(Connection connection, int appId, long job, Map<String, String> labels)
      throws SQLException {
    delete(connection, List.of(job));
    if (!labels.isEmpty()) {
      SqlStatement.of(connection, INSERT)
          .with(appId)
          .with(job)
          .texts(labels.keySet())
          .texts(labels.values())
          .update();
    }
  }

  static void delete(Connection connection, Collection<Long> jobs) throws SQLException {
    SqlStatement.of(connection, DELETE).bigints(jobs).update();
  }

  static void deleteAllOf(Connection connection, int appId) throws SQLException {
    SqlStatement.of(connection, DELETE_ALL_OF).with(appId).update();
  }
}
