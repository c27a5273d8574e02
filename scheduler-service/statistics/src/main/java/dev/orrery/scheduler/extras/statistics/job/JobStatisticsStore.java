package dev.orrery.scheduler.extras.statistics.job;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.extras.statistics.job.EndStatistics.Failures;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.JobNameStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the last ended instances of jobs, with a fixed number of statements for any number of jobs.
 */
@ApplicationScoped
class JobStatisticsStore {
  private static final String NAMED =
      "select id, name from job where app_id = ? and name = any(?) and deleted_at is null";

  private static final String FIRST =
      "select id, name from job where app_id = ? and deleted_at is null order by name limit ?";

  private static final String ALL =
      "select id from job where app_id = ? and deleted_at is null order by id";

  /**
   * Finds the newest ended instances of each job, by id. It reads the index instance_history_of_job
   * (job, id) of each partition backwards: at most as many entries as the limit, and one for each
   * partition.
   *
   * <p>The range of a single job and the row comparisons keep the planner off the primary key,
   * through which it would read the ends of all jobs to find those of a job that seldom ends.
   *
   * <p>The ranges of ids select the partitions: those of the last two days, and the default one.
   * The older partitions, at most a hundred, are probed only for a job that has too few ends in the
   * newer ones, because the limit stops the second branch. A job without ends costs one probe for
   * each partition.
   */
  private static final String ENDS =
      """
      with span as materialized (
        select instance_id_at(statement_timestamp() + interval '1 minute') as until,
          instance_id_at(statement_timestamp() - interval '%d days') as recent,
          instance_id_at(statement_timestamp() - interval '%d days') as oldest
      )
      select x.job_id, x.id, x.state, x.ended_at, x.run_millis
      from unnest(?::bigint[]) as jobs(id) cross join lateral (
        (select h.job_id, h.id, h.state, h.ended_at, h.run_millis from instance_history h
          where h.job_id between jobs.id and jobs.id
            and h.id >= (select recent from span) and h.id < (select until from span)
            and (h.job_id, h.id) >= (jobs.id, (select recent from span))
          order by h.job_id desc, h.id desc limit ?)
        union all
        (select h.job_id, h.id, h.state, h.ended_at, h.run_millis from instance_history h
          where h.job_id between jobs.id and jobs.id
            and h.id >= (select oldest from span) and h.id < (select recent from span)
            and (h.job_id, h.id) >= (jobs.id, (select oldest from span))
            and (h.job_id, h.id) < (jobs.id, (select recent from span))
          order by h.job_id desc, h.id desc limit ?)
        limit ?) x
      """
          .formatted(2, JobStatisticsService.MAX_DAYS);

  private static final String FAILING =
      "select job_id, since, last_instance from job_failing where job_id = any(?)";

  /** Probes one partition for each id. The limit keeps the planner from a join. */
  private static final String ERRORS =
      """
      select h.id, h.error from unnest(?::bigint[]) as failed(id) cross join lateral (
        select h.id, left(h.error, %d) as error from instance_history h
        where h.id = failed.id limit 1) h
      """
          .formatted(JobStatisticsView.MAX_ERROR);

  private final EngineDatabase database;

  JobStatisticsStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * Returns the statistics of jobs, sorted by name.
   *
   * @param names names of the jobs; empty means the first {@code mostJobs} ones
   * @param last number of ends of each job that count
   * @throws dev.orrery.scheduler.base.problem.ProblemException {@code JOB_NOT_FOUND}
   */
  List<JobStatisticsView> read(int appId, List<String> names, int mostJobs, int last) {
    return database.read(
        connection -> views(connection, jobs(connection, appId, names, mostJobs), last));
  }

  /**
   * Returns the statistics of jobs in their order.
   *
   * @param jobs their ids by name
   * @param last number of ends of each job that count
   */
  List<JobStatisticsView> of(Map<String, Long> jobs, int last) {
    return database.read(connection -> views(connection, jobs, last));
  }

  /** Returns the ids of the jobs of an app. */
  List<Long> jobsOf(int appId) {
    return database.read(
        connection -> SqlStatement.of(connection, ALL).with(appId).list(row -> row.getLong("id")));
  }

  /**
   * Returns the last ends of jobs by the ids of the jobs.
   *
   * @param last number of ends of each job that count
   */
  Map<Long, EndStatistics> ends(Collection<Long> jobs, int last) {
    return database.read(connection -> statistics(connection, jobs, last));
  }

  private static List<JobStatisticsView> views(
      Connection connection, Map<String, Long> jobs, int last) throws SQLException {
    Map<Long, EndStatistics> statistics = statistics(connection, jobs.values(), last);
    Map<Long, String> errors = errors(connection, statistics.values());
    return jobs.entrySet().stream()
        .map(job -> view(job.getKey(), statistics.get(job.getValue()), errors))
        .toList();
  }

  private static JobStatisticsView view(
      String job, EndStatistics statistics, Map<Long, String> errors) {
    return JobStatisticsView.of(
        job,
        statistics,
        statistics.failures().map(failures -> errors.get(failures.last())).orElse(null));
  }

  private static Map<String, Long> jobs(
      Connection connection, int appId, List<String> names, int most) throws SQLException {
    SqlStatement sql =
        names.isEmpty()
            ? SqlStatement.of(connection, FIRST).with(appId).with(most)
            : SqlStatement.of(connection, NAMED).with(appId).texts(names);
    Map<String, Long> found = new TreeMap<>();
    sql.list(row -> found.put(row.getString("name"), row.getLong("id")));
    List<String> missing = names.stream().filter(name -> !found.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw JobNameStore.notFound(connection, appId, missing);
    }
    return found;
  }

  private static Map<Long, EndStatistics> statistics(
      Connection connection, Collection<Long> jobs, int last) throws SQLException {
    Map<Long, List<JobEnd>> ends = new HashMap<>();
    jobs.forEach(job -> ends.put(job, new ArrayList<>()));
    SqlStatement.of(connection, ENDS)
        .bigints(jobs)
        .with(last)
        .with(last)
        .with(last)
        .list(row -> ends.get(row.getLong("job_id")).add(end(row)));
    Map<Long, Failures> failing = new HashMap<>();
    SqlStatement.of(connection, FAILING)
        .bigints(jobs)
        .list(
            row ->
                failing.put(
                    row.getLong("job_id"),
                    new Failures(
                        SqlStatement.instant(row, "since"), row.getLong("last_instance"))));
    Map<Long, EndStatistics> statistics = new HashMap<>();
    ends.forEach(
        (job, ofJob) ->
            statistics.put(job, EndStatistics.of(ofJob, Optional.ofNullable(failing.get(job)))));
    return statistics;
  }

  private static JobEnd end(ResultSet row) throws SQLException {
    return new JobEnd(
        row.getLong("id"),
        InstanceState.ofCode(row.getInt("state")),
        SqlStatement.instant(row, "ended_at"),
        SqlStatement.nullableLong(row, "run_millis"));
  }

  private static Map<Long, String> errors(
      Connection connection, Collection<EndStatistics> statistics) throws SQLException {
    List<Long> failed =
        statistics.stream()
            .flatMap(ofJob -> ofJob.failures().stream())
            .map(Failures::last)
            .toList();
    Map<Long, String> errors = new HashMap<>();
    if (!failed.isEmpty()) {
      SqlStatement.of(connection, ERRORS)
          .bigints(failed)
          .list(row -> errors.put(row.getLong("id"), row.getString("error")));
    }
    return errors;
  }
}
