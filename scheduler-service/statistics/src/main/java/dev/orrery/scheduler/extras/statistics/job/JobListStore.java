package dev.orrery.scheduler.extras.statistics.job;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.model.job.JobLabelStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the values by which lists select and sort jobs: a short row for each job of an app. */
@ApplicationScoped
class JobListStore {
  /** Versions and watches are read only if they decide. */
  private static final String KEYS =
      """
      select j.id, j.name, j.paused, t.next_fire_at,
        coalesce(not v.enabled, false) as disabled, w.overdue_since is not null as overdue
      from %s
      left join trigger t on t.job_id = j.id
      left join job_version v on v.id = j.version_id and ?
      left join job_watch w on w.job_id = j.id and ?
      where j.app_id = ? and j.deleted_at is null and lower(j.name) like ?
      """;

  /** The index job_name finds the jobs of the app. */
  private static final String ALL = KEYS.formatted("job j");

  private static final String LABELLED =
      KEYS.formatted(
          "("
              + JobLabelStore.LABELLED
              + """
              ) labelled cross join lateral (
                select * from job where job.id = labelled.job_id limit 1) j""");

  private static final String COUNT =
      "select count(*) from job where app_id = ? and deleted_at is null";

  private final EngineDatabase database;

  JobListStore(EngineDatabase database) {
    this.database = database;
  }

  /** Returns the jobs with the text in their name and the labels, in any order. */
  List<JobKey> keys(int appId, JobSelection selection) {
    return database.read(
        connection ->
            selected(connection, appId, selection.labels())
                .with(selection.readsVersions())
                .with(selection.readsWatches())
                .with(appId)
                .withText(pattern(selection.search()))
                .list(
                    row ->
                        new JobKey(
                            row.getLong("id"),
                            row.getString("name"),
                            row.getBoolean("paused"),
                            row.getBoolean("disabled"),
                            row.getBoolean("overdue"),
                            SqlStatement.instant(row, "next_fire_at"))));
  }

  private static SqlStatement selected(Connection connection, int appId, Map<String, String> labels)
      throws SQLException {
    return labels.isEmpty()
        ? SqlStatement.of(connection, ALL)
        : JobLabelStore.bind(SqlStatement.of(connection, LABELLED), appId, labels);
  }

  /** Returns the number of jobs of an app. */
  long count(int appId) {
    return database.read(
        connection ->
            SqlStatement.of(connection, COUNT)
                .with(appId)
                .first(row -> row.getLong("count"))
                .orElseThrow());
  }

  /** Returns the pattern of a text; an underscore is a character of names. */
  private static String pattern(String search) {
    return search == null
        ? "%"
        : "%" + search.toLowerCase(Locale.ROOT).replaceAll("[\\\\%_]", "\\\\$0") + "%";
  }
}
