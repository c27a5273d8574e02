package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.model.instance.InstancePageStore;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.instance.WaitingReasonStore;
import dev.orrery.scheduler.model.job.ParentLane;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Counts the waiting instances of an app at a bounded cost. */
@ApplicationScoped
class WaitingCountStore {
  /** Up to this number of waiting instances the counts are exact. */
  static final int MAX_EXACT = 10_000;

  /**
   * The most jobs that are searched one by one. Instances of other jobs are counted by the sample.
   */
  static final int MAX_JOBS = 5_000;

  /** The size of the sample, in pages of the table; a page has about 60 instances. */
  private static final int SAMPLE_PAGES = 500;

  private static final String GROUPS =
      """
      select cut_job, state, tried, waits_for_predecessors, pause, lane_id, count(*) as instances,
        (array_agg(id order by since, id))[1] as oldest,
        (array_agg(name order by since, id))[1] as job, min(since) as since
      from seen group by 1, 2, 3, 4, 5, 6
      """;

  /**
   * Columns of the table {@code i}. A SCHEDULED instance waits from its creation, others from the
   * time at which they became due.
   */
  private static final String COLUMNS =
      """
      i.id, i.state, i.attempt > 0 as tried, i.waits_for_predecessors,
        case when i.state = :READY then {lane} else 0 end as lane_id,
        case when i.state = :SCHEDULED then to_timestamp(((i.id >> 22) + 1735689600000) / 1000.0)
          else i.due_at end as since\
      """
          .replace("{lane}", ParentLane.waitingLane("i", "?::integer"));

  /**
   * The index instance_of_job finds the first instances of each job. Few of them run, because the
   * capacity of the workers bounds their number. The cast keeps the planner off the indexes by
   * state, and the range of a single job keeps it off the primary key, as in {@link
   * InstancePageStore}.
   *
   * <p>A job that reaches its limit of rows is cut, and has its own groups.
   */
  private static final String BY_JOB =
      """
      with jobs as materialized (
        select j.id, j.name, %s as pause
        from job j join app p on p.id = j.app_id
        where j.app_id = ? and j.deleted_at is null order by j.name limit ?
      ), found as materialized (
        select jobs.id as job_id, jobs.name, jobs.pause, x.*
        from jobs cross join lateral (
          select %s, row_number() over (order by i.job_id, i.id) as rank from instance i
          where i.job_id between jobs.id and jobs.id and i.state::integer not in (:RUNNING, :AWAITING)
          order by i.job_id, i.id limit ?
        ) x
        limit ?
      ), cut as materialized (
        select job_id from found where rank = ?
      ), seen as materialized (
        select found.*, coalesce(cut.job_id, 0) as cut_job
        from found left join cut on cut.job_id = found.job_id
      )
      """
          .formatted(WaitingReasonStore.PAUSE, COLUMNS)
          .concat(GROUPS)
          .transform(StateCode::resolve);

  private static final String JOBS =
      "select name from job where app_id = ? and deleted_at is null order by name limit ?";

  private static final String PAGES =
      "select pg_relation_size('instance') / current_setting('block_size')::bigint as pages";

  /**
   * Rows of a repeatable sample of pages: those of jobs that were cut, and of jobs that were not
   * searched.
   */
  private static final String SAMPLE =
      """
      with seen as materialized (
        select case when j.name <= ? then i.job_id else 0 end as cut_job, j.name,
          %s as pause, %s
        from instance i tablesample system (?) repeatable (1)
        join job j on j.id = i.job_id join app p on p.id = j.app_id
        where j.app_id = ? and i.state::integer not in (:RUNNING, :AWAITING)
          and (i.job_id = any(?) or j.name > ?)
      )
      """
          .formatted(WaitingReasonStore.PAUSE, COLUMNS)
          .concat(GROUPS)
          .transform(StateCode::resolve);

  private final EngineDatabase database;

  WaitingCountStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * Whose instances are counted.
   *
   * @param fullLane the lane of the app's parents, if it is full; otherwise null
   */
  record Scope(int app, Integer fullLane) {}

  /**
   * A group of one cut job, or of all other jobs.
   *
   * @param cutJob id of the cut job; 0 for all other jobs
   */
  private record Found(long cutJob, WaitingGroup group) {
    private record Key(long cutJob, WaitingGroup.Kind kind, int lane) {}

    private Key key() {
      return new Key(cutJob, group.kind(), group.lane());
    }

    private static Found read(ResultSet row) throws SQLException {
      return new Found(
          row.getLong("cut_job"),
          new WaitingGroup(
              new WaitingGroup.Kind(
                  InstanceState.ofCode(row.getInt("state")),
                  row.getBoolean("tried"),
                  row.getBoolean("waits_for_predecessors"),
                  WaitingReasonStore.pause(row)),
              row.getInt("lane_id"),
              row.getLong("instances"),
              false,
              row.getLong("oldest"),
              row.getString("job"),
              SqlStatement.instant(row, "since")));
    }
  }

  /**
   * Returns all waiting instances of the app in groups. The counts are exact if there are at most
   * {@link #MAX_EXACT}. Otherwise jobs with a small share of them are counted exactly, and the
   * others by a sample.
   */
  List<WaitingGroup> count(Scope scope) {
    return database.read(
        connection -> {
          List<String> jobs = jobs(connection, scope.app());
          if (jobs.size() <= MAX_JOBS) {
            List<Found> all = byJob(connection, scope, MAX_EXACT + 1, MAX_EXACT + 1);
            if (all.stream().mapToLong(one -> one.group().count()).sum() <= MAX_EXACT) {
              return all.stream().map(Found::group).toList();
            }
          }
          return estimate(connection, scope, jobs);
        });
  }

  /**
   * Returns the sorted names of the jobs that are searched, and one more if there are more jobs.
   */
  private static List<String> jobs(Connection connection, int app) throws SQLException {
    return SqlStatement.of(connection, JOBS)
        .with(app)
        .with(MAX_JOBS + 1)
        .list(row -> row.getString("name"));
  }

  private static List<Found> byJob(Connection connection, Scope scope, int ofJob, int ofAll)
      throws SQLException {
    return SqlStatement.of(connection, BY_JOB)
        .with(scope.app())
        .with(MAX_JOBS)
        .withInt(scope.fullLane())
        .with(ofJob)
        .with(ofAll)
        .with(ofJob)
        .list(Found::read);
  }

  private static List<WaitingGroup> estimate(Connection connection, Scope scope, List<String> jobs)
      throws SQLException {
    int ofJob = Math.max(2, MAX_EXACT / Math.max(1, jobs.size()));
    Map<Found.Key, Found> groups = new HashMap<>();
    byJob(connection, scope, ofJob, Integer.MAX_VALUE).forEach(one -> groups.put(one.key(), one));
    List<WaitingGroup> exact = new ArrayList<>();
    groups.values().stream()
        .filter(one -> one.cutJob() == 0)
        .forEach(one -> exact.add(one.group()));
    groups.values().removeIf(one -> one.cutJob() == 0);
    Set<Long> cut = groups.values().stream().map(Found::cutJob).collect(Collectors.toSet());
    double share = Math.min(1, (double) SAMPLE_PAGES / pages(connection));
    for (Found one : sample(connection, scope, share, cut, jobs)) {
      long estimate = Math.round(one.group().count() / share);
      groups.merge(
          one.key(),
          new Found(one.cutJob(), one.group().atLeast(estimate)),
          (seen, sampled) -> new Found(seen.cutJob(), seen.group().atLeast(estimate)));
    }
    groups.values().forEach(one -> exact.add(one.group().atLeast(0)));
    return exact;
  }

  private static List<Found> sample(
      Connection connection, Scope scope, double share, Set<Long> cut, List<String> jobs)
      throws SQLException {
    String lastSearched = jobs.get(Math.min(jobs.size(), MAX_JOBS) - 1);
    return SqlStatement.of(connection, SAMPLE)
        .withText(lastSearched)
        .withInt(scope.fullLane())
        .with((float) (share * 100))
        .with(scope.app())
        .bigints(cut)
        .withText(lastSearched)
        .list(Found::read);
  }

  private static long pages(Connection connection) throws SQLException {
    return Math.max(
        1, SqlStatement.of(connection, PAGES).first(row -> row.getLong("pages")).orElseThrow());
  }
}
