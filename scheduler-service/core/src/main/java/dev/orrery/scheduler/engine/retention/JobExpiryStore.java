package dev.orrery.scheduler.engine.retention;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Deletes versions of jobs and deleted jobs that no instance references.
 *
 * <p>No foreign key leads from an instance to its version, because each insert would lock the
 * version. A statement that has read a version as the current one may still insert an instance of
 * it, which is invisible to other transactions before the commit. So all times are compared with
 * the start of the oldest open transaction, which {@link #horizon} reads in a separate statement
 * before the snapshot of the delete: every statement that read an older state has ended, and its
 * rows are visible.
 *
 * <p>The id of an instance contains its creation time, so the instances of a version were created
 * while it was the current one, and the index by job finds one of them with a single probe of each
 * partition of these days. {@link #MAX_EDIT_TIME} extends the period at both ends: a version gets
 * its time when its transaction begins.
 */
@ApplicationScoped
class JobExpiryStore {
  /**
   * Exceeds the time of an edit until its commit, and of an engine transaction from its read of a
   * version to its inserts.
   */
  static final Duration MAX_EDIT_TIME = Duration.ofHours(1);

  /** Background processes such as autovacuum reference no versions. */
  private static final String HORIZON =
      """
      select least(min(xact_start), statement_timestamp()) as horizon from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend'
        and pid <> pg_backend_pid()
      """;

  /** Only one replica deletes at a time. The lock ends with the transaction. */
  private static final String TRY_LOCK =
      "select pg_try_advisory_xact_lock(hashtext('orrery'), hashtext('job')) as locked";

  /**
   * A condition; {@code %1$s} is a job, {@code %2$s} and {@code %3$s} are the begin and end of a
   * period.
   */
  private static final String HAS_INSTANCE =
      """
      (exists (select from instance i where i.job_id = %1$s
          and i.id between instance_id_at(%2$s - settled.time) and instance_id_at(%3$s + settled.time))
        or exists (select from instance_history h where h.job_id = %1$s
          and h.id between instance_id_at(%2$s - settled.time) and instance_id_at(%3$s + settled.time)))
      """;

  /**
   * Keeps the first version, which has the creation time of the job, and the current one. Also
   * keeps the newest of all versions, because replicas interpret a smaller one as a database that
   * went back in time.
   */
  private static final String DELETE_VERSIONS =
      """
      with settled as materialized (
        select ?::timestamptz as horizon, ? * interval '1 second' as time,
          ? * interval '1 second' as age, ?::integer as kept
      ), scanned as materialized (
        select id, version_id from job where id > ? and deleted_at is null order by id limit ?
      ), replaced as materialized (
        select v.*, scanned.version_id from scanned cross join lateral (
          select id, job_id, version, created_at,
            lead(created_at) over (order by version) as until,
            row_number() over (order by version desc) as place
          from job_version where job_id = scanned.id
        ) v
      ), gone as materialized (
        select r.id from replaced r cross join settled
        where r.version > 1 and r.id <> r.version_id and r.until < settled.horizon - settled.time
          and (r.place > settled.kept or r.until < settled.horizon - settled.age)
          and r.id <> (select max(id) from job_version)
          and not %s
        limit ?
      ), deleted as (
        delete from job_version where id = any(array(select id from gone))
      )
      select (select count(*) from gone) as deleted, (select max(id) from scanned) as last
      """
          .formatted(HAS_INSTANCE.formatted("r.job_id", "r.created_at", "r.until"));

  /**
   * A deleted job has no trigger. Its counts of ends and the state of its webhooks expire by age.
   * Keeps the job of the newest of all versions, for the reason given above.
   */
  private static final String DELETE_JOBS =
      """
      with settled as materialized (
        select ?::timestamptz as horizon, ? * interval '1 second' as time
      ), scanned as materialized (
        select id, version_id, deleted_at from job
        where id > ? and deleted_at is not null order by id limit ?
      ), gone as materialized (
        select s.id from scanned s cross join settled
        where s.deleted_at < settled.horizon - settled.time
          and not exists (select from job_version v
            where v.job_id = s.id and v.id = (select max(id) from job_version))
          and not exists (select from trigger t where t.job_id = s.id)
          and not exists (select from job_recheck c where c.job_id = s.id)
          and not %s
        limit ?
      ), locked as materialized (
        select job_id from job_concurrency where job_id = any(array(select id from gone))
        order by job_id
        for update
      ), limits as (
        delete from job_concurrency where job_id = any(array(select job_id from locked))
      ), fire_times as (
        delete from pruned_fire_time where job_id = any(array(select id from gone))
      ), backfills as (
        delete from backfill where job_id = any(array(select id from gone))
      ), declarations as (
        delete from declared_job where job_id = any(array(select id from gone))
      ), labels as (
        delete from job_label where job_id = any(array(select id from gone))
      ), versions as (
        delete from job_version where job_id = any(array(select id from gone))
      ), jobs as (
        delete from job where id = any(array(select id from gone))
      )
      select (select count(*) from gone) as deleted, (select max(id) from scanned) as last
      """
          .formatted(
              HAS_INSTANCE.formatted(
                  "s.id",
                  "(select min(created_at) from job_version v where v.job_id = s.id)",
                  "s.deleted_at"));

  private final EngineDatabase database;

  JobExpiryStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * The limits of one statement.
   *
   * @param scanned the maximum number of jobs that it reads
   * @param deleted the maximum number of rows that it deletes: a version has up to 256 KiB
   */
  record Batch(int scanned, int deleted) {}

  /**
   * The result of a step.
   *
   * @param deleted number of deleted versions or jobs; if it equals the limit, these jobs may have
   *     more
   * @param lastJob the largest id of the scanned jobs; empty if there were none
   */
  record Step(int deleted, Optional<Long> lastJob) {}

  /**
   * Returns the begin of the oldest open transaction. Transactions of other database users are
   * visible only with pg_read_all_stats; they insert no instances.
   */
  Instant horizon() {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, HORIZON)
                .first(row -> SqlStatement.instant(row, "horizon"))
                .orElseThrow());
  }

  /**
   * Deletes versions of the next jobs by id that were replaced before {@code age}, or before {@link
   * #MAX_EDIT_TIME} if the job has {@code kept} newer ones. Empty while another replica deletes.
   */
  Optional<Step> deleteVersions(
      Instant horizon, Duration age, int kept, long afterJob, Batch batch) {
    return alone(
        connection ->
            SqlStatement.of(connection, DELETE_VERSIONS)
                .withInstant(horizon)
                .with(MAX_EDIT_TIME.toSeconds())
                .with(age.toSeconds())
                .with(kept)
                .with(afterJob)
                .with(batch.scanned())
                .with(batch.deleted()));
  }

  /**
   * Deletes the next deleted jobs by id, with their versions. Empty while another replica deletes.
   */
  Optional<Step> deleteJobs(Instant horizon, long afterJob, Batch batch) {
    return alone(
        connection ->
            SqlStatement.of(connection, DELETE_JOBS)
                .withInstant(horizon)
                .with(MAX_EDIT_TIME.toSeconds())
                .with(afterJob)
                .with(batch.scanned())
                .with(batch.deleted()));
  }

  private interface Statement {
    SqlStatement on(Connection connection) throws SQLException;
  }

  private Optional<Step> alone(Statement statement) {
    return database.maintenance(
        connection -> {
          boolean locked =
              SqlStatement.of(connection, TRY_LOCK)
                  .first(row -> row.getBoolean("locked"))
                  .orElseThrow();
          return locked
              ? statement
                  .on(connection)
                  .first(
                      row ->
                          new Step(
                              row.getInt("deleted"),
                              Optional.ofNullable(SqlStatement.nullableLong(row, "last"))))
              : Optional.empty();
        });
  }
}
