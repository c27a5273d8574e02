package dev.orrery.scheduler.model.job.upcoming;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.model.job.JobVersionCache;
import dev.orrery.scheduler.model.job.JobVersionKey;
import dev.orrery.trigger.Trigger;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds the triggers of an app that fire next; paused and disabled ones have no next fire. */
@ApplicationScoped
class UpcomingTriggerStore {
  /** The maximum number of rows that one call reads: jobs of the app, or triggers of all apps. */
  static final int MAX_ROWS_READ = 10_000;

  private static final String CLOCK =
      """
      select date_trunc('milliseconds', statement_timestamp()) as now,
        (select count(*) from (
          select from job where app_id = ? and deleted_at is null limit ?) few) as jobs
      """;

  /**
   * Reads the jobs of the app from the index job_name, and probes the trigger of each by its
   * primary key. The limit of the probe keeps the planner from the index by time.
   */
  private static final String OF_JOBS =
      """
      select j.version_id, %s, t.next_fire_at, t.anchor_at, null::timestamptz as until
      from (select id, version_id from job where app_id = ? and deleted_at is null limit ?) j
      cross join lateral (
        select t.next_fire_at, t.anchor_at from trigger t where t.job_id = j.id limit 1) t
      where t.next_fire_at <= ?
      order by t.next_fire_at, j.version_id
      limit ?
      """
          .formatted(JobVersionKey.createdOf("j.version_id"));

  /**
   * Scans the index trigger_due of all apps. If the scan reaches its limit, triggers of the app may
   * follow, and the list is complete up to the last fire time that was read.
   */
  private static final String BY_TIME =
      """
      with soonest as materialized (
        select t.job_id, t.next_fire_at, t.anchor_at from trigger t
        where t.next_fire_at <= ? order by t.next_fire_at limit ?)
      select horizon.until, mine.*, %s
      from (select case when count(*) = ? then max(next_fire_at) end as until from soonest) horizon
      left join lateral (
        select j.version_id, soonest.next_fire_at, soonest.anchor_at
        from soonest cross join lateral (
          select j.version_id, j.app_id from job j where j.id = soonest.job_id limit 1) j
        where j.app_id = ?
        order by soonest.next_fire_at, j.version_id
        limit ?) mine on true
      """
          .formatted(JobVersionKey.createdOf("mine.version_id"));

  private final EngineDatabase database;
  private final JobVersionCache versions;
  private final int mostRowsRead;

  @Inject
  UpcomingTriggerStore(EngineDatabase database, JobVersionCache versions) {
    this(database, versions, MAX_ROWS_READ);
  }

  UpcomingTriggerStore(EngineDatabase database, JobVersionCache versions, int mostRowsRead) {
    this.database = database;
    this.versions = versions;
    this.mostRowsRead = mostRowsRead;
  }

  /**
   * The triggers with the earliest next fires.
   *
   * @param now the database's clock
   * @param completeUntil no trigger that fires before this is missing, unless there are more than
   *     the limit
   * @param lastRead the next fire of the last trigger if there can be more than the limit,
   *     otherwise {@code completeUntil}
   */
  record Soonest(
      List<UpcomingTrigger> triggers, Instant now, Instant completeUntil, Instant lastRead) {}

  private record Row(
      JobVersionKey version, Instant nextFireAt, Instant anchorAt, Instant horizon) {}

  /**
   * Runs at most three statements.
   *
   * @param ahead ignores triggers with a later next fire
   * @param limit the maximum number of triggers
   */
  Soonest soonest(int appId, Duration ahead, int limit) {
    record Clock(Instant now, int jobs) {}
    return database.read(
        connection -> {
          Clock clock =
              SqlStatement.of(connection, CLOCK)
                  .with(appId)
                  .with(mostRowsRead + 1)
                  .first(row -> new Clock(SqlStatement.instant(row, "now"), row.getInt("jobs")))
                  .orElseThrow();
          Instant until = clock.now().plus(ahead);
          List<Row> rows =
              clock.jobs() > mostRowsRead
                  ? byTime(connection, appId, until, limit)
                  : ofJobs(connection, appId, until, limit);
          Instant horizon = rows.isEmpty() ? null : rows.get(0).horizon();
          Instant complete = horizon == null ? until : horizon;
          return new Soonest(
              triggers(connection, rows),
              clock.now(),
              complete,
              rows.size() < limit ? complete : rows.get(limit - 1).nextFireAt());
        });
  }

  private List<Row> ofJobs(Connection connection, int appId, Instant until, int limit)
      throws SQLException {
    return SqlStatement.of(connection, OF_JOBS)
        .with(appId)
        .with(mostRowsRead)
        .withInstant(until)
        .with(limit)
        .list(UpcomingTriggerStore::row);
  }

  private List<Row> byTime(Connection connection, int appId, Instant until, int limit)
      throws SQLException {
    return SqlStatement.of(connection, BY_TIME)
        .withInstant(until)
        .with(mostRowsRead)
        .with(mostRowsRead)
        .with(appId)
        .with(limit)
        .list(UpcomingTriggerStore::row);
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        new JobVersionKey(row.getLong("version_id"), row.getLong("version_created")),
        SqlStatement.instant(row, "next_fire_at"),
        SqlStatement.instant(row, "anchor_at"),
        SqlStatement.instant(row, "until"));
  }

  /** Skips the row that contains only the horizon, and unreadable jobs. */
  private List<UpcomingTrigger> triggers(Connection connection, List<Row> rows)
      throws SQLException {
    List<Row> firing = rows.stream().filter(row -> row.nextFireAt() != null).toList();
    Map<JobVersionKey, TriggerPart> jobs =
        versions.parts(
            connection,
            firing.stream().map(Row::version).collect(Collectors.toSet()),
            job -> new TriggerPart(job.name(), job.trigger(), job.isReadable()));
    return firing.stream()
        .filter(row -> jobs.get(row.version()).readable())
        .map(row -> trigger(row, jobs.get(row.version())))
        .toList();
  }

  /** The part of a job version that decides when it fires. */
  private record TriggerPart(String name, Trigger trigger, boolean readable) {}

  private static UpcomingTrigger trigger(Row row, TriggerPart job) {
    return new UpcomingTrigger(job.name(), job.trigger(), row.nextFireAt(), row.anchorAt());
  }
}
