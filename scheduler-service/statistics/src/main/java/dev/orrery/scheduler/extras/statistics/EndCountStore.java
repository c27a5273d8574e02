package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.JobNameStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Reads and adds up end counts. The database trigger {@code count_ends} writes the rows. */
@ApplicationScoped
class EndCountStore {
  /** The job of the rows that count all jobs of an app. */
  private static final long ALL_JOBS = 0;

  /**
   * The name of a deleted job can be used again; the counts of the earlier jobs belong to the name.
   */
  private static final int MAX_JOBS_OF_A_NAME = 100;

  private static final String JOBS =
      "select id from job where app_id = ? and name = ? order by id desc limit ?";

  /**
   * One statement, and so one snapshot: rows that are compacted during the query count once.
   *
   * <p>The primary key serves the first branch. An app has a row for each span, state and class of
   * lateness, about 30,000 within eight days; a job has fewer. The second branch reads rows that
   * were not compacted yet: the ends of ten seconds, at most {@link #MAX_BATCHES} rows.
   */
  private static final String READ =
      """
      with asked as materialized (
        select ?::integer as app_id, ?::bigint[] as jobs, ?::timestamptz as from_at,
          ?::timestamptz as until_at, ?::integer * interval '1 minute' as length
      )
      select date_bin(asked.length, found.at, '2000-01-01T00:00:00Z') as start_at, found.state,
        found.lateness, sum(found.ends)::bigint as ends
      from asked cross join lateral (
        select c.start_at as at, c.state, c.lateness, c.ends
        from unnest(asked.jobs) as named(job_id)
        join end_count c on c.app_id = asked.app_id and c.job_id = named.job_id
          and c.start_at >= asked.from_at and c.start_at < asked.until_at
        union all
        select b.ended_at, b.state, b.lateness, b.ends
        from (select * from end_count_batch limit %d) b
        join job j on j.id = b.job_id
        where j.app_id = asked.app_id and (asked.jobs = '{0}' or b.job_id = any(asked.jobs))
          and b.ended_at >= asked.from_at and b.ended_at < asked.until_at
      ) found
      group by 1, 2, 3
      """
          .formatted(EndCountStore.MAX_BATCHES);

  static final int MAX_BATCHES = 200_000;

  /** One replica compacts at a time; the lock ends with the transaction, however that ends. */
  private static final String TRY_LOCK =
      "select pg_try_advisory_xact_lock(hashtext('orrery'), hashtext('end_count')) as locked";

  /**
   * A batch is deleted and added in one statement, so it counts exactly once. Statements that end
   * instances only insert batches, and do not wait for it.
   */
  private static final String COMPACT =
      """
      with taken as (
        delete from end_count_batch
        where ctid = any(array(select ctid from end_count_batch limit ?))
        returning ended_at, job_id, state, lateness, ends
      ), of_jobs as materialized (
        select j.app_id, t.job_id, date_bin('1 minute', t.ended_at, '2000-01-01T00:00:00Z') as start_at,
          t.state, t.lateness, sum(t.ends) as ends
        from taken t join job j on j.id = t.job_id
        group by 1, 2, 3, 4, 5
      ), added as (
        insert into end_count (app_id, job_id, start_at, minutes, state, lateness, ends)
        select app_id, job_id, start_at, 1, state, -1, sum(ends) from of_jobs group by 1, 2, 3, 5
        union all
        select app_id, 0, start_at, 1, state, lateness, sum(ends) from of_jobs group by 1, 3, 5, 6
        on conflict (app_id, job_id, start_at, minutes, state, lateness)
          do update set ends = end_count.ends + excluded.ends
      )
      select count(*) as rows from taken
      """;

  /**
   * Adds up rows that are too old for their length, but only whole spans of the next length. The
   * index end_count_age finds them.
   */
  private static final String LENGTHEN =
      """
      with taken as (
        delete from end_count where ctid = any(array(
          select ctid from end_count
          where minutes = ? and start_at < date_bin(? * interval '1 minute',
            statement_timestamp() - ? * interval '1 second', '2000-01-01T00:00:00Z')
          order by start_at limit ?))
        returning app_id, job_id, start_at, state, lateness, ends
      ), span as (
        select ?::smallint as minutes
      ), added as (
        insert into end_count (app_id, job_id, start_at, minutes, state, lateness, ends)
        select app_id, job_id,
          date_bin(span.minutes * interval '1 minute', start_at, '2000-01-01T00:00:00Z'),
          span.minutes, state, lateness, sum(ends)
        from taken cross join span
        group by 1, 2, 3, 4, 5, 6
        on conflict (app_id, job_id, start_at, minutes, state, lateness)
          do update set ends = end_count.ends + excluded.ends
      )
      select count(*) as rows from taken
      """;

  private static final String EXPIRE =
      """
      delete from end_count where ctid = any(array(
        select ctid from end_count
        where minutes = ? and start_at < statement_timestamp() - ? * interval '1 second' limit ?))
      """;

  private final EngineDatabase database;

  EndCountStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * @param job null for all jobs of the app
   * @throws ProblemException {@code JOB_NOT_FOUND} if the app never had the job
   */
  List<EndCountRow> read(int app, String job, EndCountQuery query) {
    return database.read(
        connection ->
            SqlStatement.of(connection, READ)
                .with(app)
                .bigints(job == null ? List.of(ALL_JOBS) : jobs(connection, app, job))
                .withInstant(query.from())
                .withInstant(query.until())
                .with((int) query.bucket().minutes())
                .list(
                    row ->
                        new EndCountRow(
                            SqlStatement.instant(row, "start_at"),
                            InstanceState.ofCode(row.getInt("state")),
                            row.getInt("lateness"),
                            row.getLong("ends"))));
  }

  private static List<Long> jobs(Connection connection, int app, String name) throws SQLException {
    List<Long> jobs =
        SqlStatement.of(connection, JOBS)
            .with(app)
            .withText(name)
            .with(MAX_JOBS_OF_A_NAME)
            .list(row -> row.getLong("id"));
    if (jobs.isEmpty()) {
      throw JobNameStore.notFound(connection, app, name);
    }
    return jobs;
  }

  /**
   * Adds up one step of batches.
   *
   * @return true if there may be more
   */
  boolean compact(int step) {
    return locked(connection -> count(SqlStatement.of(connection, COMPACT).with(step)) == step);
  }

  /**
   * Adds up one step of rows that are too old for their length.
   *
   * @return true if there may be more
   */
  boolean lengthen(EndCountSpan from, EndCountSpan to, int step) {
    return locked(
        connection ->
            count(
                    SqlStatement.of(connection, LENGTHEN)
                        .with(from.minutes())
                        .with((int) to.minutes())
                        .with(from.kept().toSeconds())
                        .with(step)
                        .with(to.minutes()))
                == step);
  }

  /** Deletes rows of the longest length. */
  void expire(EndCountSpan longest) {
    database.deleteInSteps(EXPIRE, longest.minutes(), longest.kept().toSeconds());
  }

  /** Part of a transaction that only one replica runs. */
  private interface Work {
    boolean run(Connection connection) throws SQLException;
  }

  private boolean locked(Work work) {
    return database.maintenance(
        connection ->
            SqlStatement.of(connection, TRY_LOCK)
                    .first(row -> row.getBoolean("locked"))
                    .orElseThrow()
                && work.run(connection));
  }

  private static int count(SqlStatement sql) throws SQLException {
    return sql.first(row -> row.getInt("rows")).orElseThrow();
  }
}
