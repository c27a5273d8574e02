package dev.orrery.scheduler.model.job.declaration;

import dev.orrery.protocol.text.DeclarationVersion;
import dev.orrery.scheduler.base.database.JtaDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and writes declarations and their jobs, in the transaction of the caller. */
@ApplicationScoped
class DeclarationStore {
  private static final String IN_FORCE =
      """
      select version from declaration
      where app_id = ? and owner = ?
        and renewed_at > statement_timestamp() - ? * interval '1 millisecond'
      """;

  private static final String RENEW =
      """
      update declaration set renewed_at = statement_timestamp()
      where app_id = ? and owner = ? and version = ?
      """;

  private static final String DECLARE =
      """
      insert into declaration (app_id, owner, version, renewed_at)
      values (?, ?, ?, statement_timestamp())
      on conflict (app_id, owner)
        do update set version = excluded.version, renewed_at = excluded.renewed_at
      """;

  private static final String ADD_JOBS =
      """
      insert into declared_job (job_id, version, declared_at, class)
      select j.id, ?, statement_timestamp(), c.class
      from job j
      join job_version v on v.id = j.version_id
      join lane l on l.id = coalesce(v.part_lane_id, v.lane_id)
      left join unnest(?, ?) as c (processor, class) on c.processor = l.processor
      where j.app_id = ? and j.owner = ? and j.name = any(?) and j.deleted_at is null
      on conflict (job_id) do update set version = excluded.version,
        declared_at = excluded.declared_at, class = coalesce(excluded.class, declared_job.class),
        missing_from = null, missing_since = null, disabled_at = null
      """;

  private static final String REMOVE_OTHER_JOBS =
      """
      update declared_job d set missing_from = ?,
        missing_since = coalesce(d.missing_since, statement_timestamp())
      from job j
      where j.id = d.job_id and j.app_id = ? and j.owner = ? and j.name <> all(?)
        and j.deleted_at is null and d.missing_from is distinct from ?
      """;

  private static final String MISSING =
      """
      select d.job_id, j.name, d.disabled_at is not null as disabled
      from declared_job d join job j on j.id = d.job_id
      where j.app_id = ? and j.owner = ? and j.name = any(?) and j.deleted_at is null
        and d.missing_since is not null
      order by j.name
      """;

  private static final String LACKED =
      """
      select j.id, j.name, coalesce(d.missing_since, statement_timestamp()) as since,
        l.processor = any(?) or coalesce(d.class = any(?), false) as off
      from declared_job d join job j on j.id = d.job_id
      join job_version v on v.id = j.version_id
      join lane l on l.id = coalesce(v.part_lane_id, v.lane_id)
      where j.app_id = ? and j.owner = ? and j.name <> all(?) and j.deleted_at is null
        and d.disabled_at is null
      order by j.name
      """;

  private static final String UNDECLARED =
      """
      select j.name from job j
      where j.app_id = ? and j.name = any(?) and j.deleted_at is null
        and not exists (select from declared_job d where d.job_id = j.id)
      order by j.name limit 10
      """;

  private static final String OF_OTHERS =
      """
      select j.name from job j join declared_job d on d.job_id = j.id
      where j.app_id = ? and j.name = any(?) and j.owner <> ? and j.deleted_at is null
        and d.missing_since is null
      order by j.name
      """;

  private static final String KEEP_JOBS =
      "update declared_job set missing_from = null, missing_since = null where job_id = any(?)";

  /** A worker that drains counts: its next process may offer the processor again. */
  private static final String RETIRING =
      """
      select j.id, j.app_id, j.name, j.owner, d.missing_from, a.name as app
      from declared_job d join job j on j.id = d.job_id
      join app a on a.id = j.app_id
      join job_version v on v.id = j.version_id
      join lane l on l.id = coalesce(v.part_lane_id, v.lane_id)
      where d.missing_since < statement_timestamp() - ? * interval '1 millisecond'
        and d.disabled_at is null and j.deleted_at is null and v.enabled
        and not exists (
          select from worker_session w
          where w.ended_at is null and w.app_id = j.app_id and l.processor = any(w.processors))
      """;

  private static final String RETIRING_AFTER = RETIRING + " and j.id > ? order by j.id limit ?";

  private static final String IS_RETIRING = RETIRING + " and j.id = ?";

  private static final String RETIRE =
      "update declared_job set disabled_at = statement_timestamp() where job_id = ?";

  /** The jobs of an owner are deleted for good by people only, so this is rare. */
  private static final String FORGET =
      """
      delete from declaration d where not exists (
        select from job j where j.app_id = d.app_id and j.owner = d.owner and j.deleted_at is null)
      """;

  private final JtaDatabase database;

  DeclarationStore(JtaDatabase database) {
    this.database = database;
  }

  /** Returns the version of the owner that was declared within the time-out. */
  Optional<DeclarationVersion> inForce(int appId, String owner, Duration timeout) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, IN_FORCE)
                .with(appId)
                .withText(owner)
                .with(timeout.toMillis())
                .first(row -> DeclarationVersion.parse(row.getString("version")).orElseThrow()));
  }

  /** Returns false unless the version is in force. */
  boolean renew(int appId, String owner, DeclarationVersion version) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, RENEW)
                    .with(appId)
                    .withText(owner)
                    .withText(version.text())
                    .update()
                > 0);
  }

  /** Puts a version into force. The caller holds the lock of the app. */
  void declare(
      int appId,
      String owner,
      DeclarationVersion version,
      Collection<String> jobs,
      Map<String, String> code) {
    database.inCurrentTransaction(
        connection -> {
          SqlStatement.of(connection, DECLARE)
              .with(appId)
              .withText(owner)
              .withText(version.text())
              .update();
          SqlStatement.of(connection, ADD_JOBS)
              .withText(version.text())
              .texts(code.keySet())
              .texts(code.values())
              .with(appId)
              .withText(owner)
              .texts(jobs)
              .update();
          return SqlStatement.of(connection, REMOVE_OTHER_JOBS)
              .withText(version.text())
              .with(appId)
              .withText(owner)
              .texts(jobs)
              .withText(version.text())
              .update();
        });
  }

  /**
   * A declared job that the declaration in force lacks.
   *
   * @param isDisabled whether the scheduler has disabled it for that
   */
  record Missing(long id, String name, boolean isDisabled) {}

  /** Returns the jobs with these names that the declaration in force lacks. */
  List<Missing> missing(int appId, String owner, Collection<String> jobs) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, MISSING)
                .with(appId)
                .withText(owner)
                .texts(jobs)
                .list(
                    row ->
                        new Missing(
                            row.getLong("job_id"),
                            row.getString("name"),
                            row.getBoolean("disabled"))));
  }

  /** Returns the jobs that were declared before, and that a declaration does not have. */
  List<LackedJob> lacked(
      int appId, String owner, Collection<String> jobs, Map<String, String> code) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, LACKED)
                .texts(code.keySet())
                .texts(code.values())
                .with(appId)
                .withText(owner)
                .texts(jobs)
                .list(
                    row ->
                        new LackedJob(
                            row.getLong("id"),
                            row.getString("name"),
                            SqlStatement.instant(row, "since"),
                            row.getBoolean("off"))));
  }

  /** Returns the first of those of the jobs that exist and that no declaration had. */
  List<String> undeclared(int appId, Collection<String> jobs) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, UNDECLARED)
                .with(appId)
                .texts(jobs)
                .list(row -> row.getString("name")));
  }

  /** Returns those of the jobs that another owner declares. */
  List<String> ofOthers(int appId, String owner, Collection<String> jobs) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, OF_OTHERS)
                .with(appId)
                .texts(jobs)
                .withText(owner)
                .list(row -> row.getString("name")));
  }

  void keep(Collection<Long> jobs) {
    database.inCurrentTransaction(
        connection -> SqlStatement.of(connection, KEEP_JOBS).bigints(jobs).update());
  }

  /** A job that no declaration has had for the grace, and that no connected worker offers. */
  record Retiring(long id, int appId, String app, String name, String owner, String version) {}

  List<Retiring> retiring(Duration grace, long after, int limit) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, RETIRING_AFTER)
                .with(grace.toMillis())
                .with(after)
                .with(limit)
                .list(DeclarationStore::retiring));
  }

  boolean isRetiring(long job, Duration grace) {
    return database.inCurrentTransaction(
        connection ->
            SqlStatement.of(connection, IS_RETIRING)
                .with(grace.toMillis())
                .with(job)
                .first(DeclarationStore::retiring)
                .isPresent());
  }

  void retire(long job) {
    database.inCurrentTransaction(
        connection -> SqlStatement.of(connection, RETIRE).with(job).update());
  }

  int forgetWithoutJobs() {
    return database.inCurrentTransaction(
        connection -> SqlStatement.of(connection, FORGET).update());
  }

  private static Retiring retiring(ResultSet row) throws SQLException {
    return new Retiring(
        row.getLong("id"),
        row.getInt("app_id"),
        row.getString("app"),
        row.getString("name"),
        row.getString("owner"),
        row.getString("missing_from"));
  }
}
