package dev.orrery.scheduler.engine.submission;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.model.instance.InstanceId;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.JobVersion;
import dev.orrery.scheduler.model.job.JobVersionKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The statements that create, read and cancel backfills. */
final class BackfillStore {
  private static final String FIND_JOB =
      """
      select id, version_id, %s from job where app_id = ? and name = ? and deleted_at is null
      """
          .formatted(JobVersionKey.createdOf("version_id"));

  /** Blocks fires of the trigger until the commit. */
  private static final String LOCK_TRIGGER =
      """
      select next_fire_at, anchor_at, date_trunc('milliseconds', statement_timestamp()) as now
      from trigger where job_id = ?
      for update
      """;

  /**
   * An instance is never created before its fire time, which bounds the part of the history to
   * read.
   */
  private static final String HAVE_RUN =
      """
      select fire_time from instance
      where job_id = ? and fire_time between ? and ? and retry_of is null
      union
      select fire_time from instance_history
      where job_id = ? and id >= instance_id_at(?) and fire_time between ? and ?
        and state <> :SKIPPED
      """
          .transform(StateCode::resolve);

  private static final String LATEST_PRUNED =
      "select latest_fire_time from pruned_fire_time where job_id = ?";

  private static final String MAKE =
      """
      insert into instance (id, job_id, job_version_id, lane_id, state, priority, limited,
        waits_for_predecessors, due_at, fire_time)
      select %s, v.job_id, v.id, v.lane_id,
        case when q.waits_for_predecessors
            or limits.job_id is not null or j.paused or p.paused then :BLOCKED
          else :READY end,
        v.priority, limits.job_id is not null, q.waits_for_predecessors, statement_timestamp(),
        f.fire_time::timestamptz
      from unnest(?::text[]) with ordinality as f(fire_time, n)
      cross join (select ?::boolean as waits_for_predecessors) q
      join job_version v on v.id = ?
      join job j on j.id = v.job_id
      join app p on p.id = j.app_id
      left join job_concurrency limits on limits.job_id = v.job_id
      order by f.n
      returning id
      """
          .formatted(InstanceId.NEW)
          .transform(StateCode::resolve);

  private static final String KEEP =
      """
      insert into backfill (job_id, from_at, until_at, overlap, first_instance, last_instance,
        instances)
      values (?, ?, ?, ?, ?, ?, ?)
      returning id
      """;

  private static final String SHOW =
      """
      select b.id, b.job_id, j.name, b.from_at, b.until_at, b.overlap, b.created_at, b.canceled_at,
        b.first_instance, b.last_instance, b.instances
      from backfill b join job j on j.id = b.job_id
      where j.app_id = ? and j.name = ? and j.deleted_at is null
      """;
  private static final String SHOW_ONE = SHOW + " and b.id = ?";
  private static final String SHOW_PAGE = SHOW + " and b.id < ? order by b.id desc limit ?";

  private static final String STATES =
      """
      select state, count(*) as instances from (
        select state from instance
        where job_id = ? and id between ? and ? and fire_time is not null and retry_of is null
        union all
        select state from instance_history
        where job_id = ? and id between ? and ? and fire_time is not null and retry_of is null
      ) its
      group by state
      """;

  private static final String CANCEL =
      "update backfill set canceled_at = statement_timestamp() where id = ? and canceled_at is null";

  private BackfillStore() {}

  /** A live job and its current version. */
  record Job(long id, JobVersionKey version) {}

  static Optional<Job> findJob(Connection connection, int app, String name) throws SQLException {
    return SqlStatement.of(connection, FIND_JOB)
        .with(app)
        .withText(name)
        .first(
            row ->
                new Job(
                    row.getLong("id"),
                    new JobVersionKey(row.getLong("version_id"), row.getLong("version_created"))));
  }

  /**
   * A locked trigger.
   *
   * @param nextFireAt null if there is none
   * @param now the time on the database's clock
   */
  record LockedTrigger(Instant nextFireAt, Instant anchorAt, Instant now) {}

  static Optional<LockedTrigger> lockTrigger(Connection connection, long job) throws SQLException {
    return SqlStatement.of(connection, LOCK_TRIGGER)
        .with(job)
        .first(
            row ->
                new LockedTrigger(
                    SqlStatement.instant(row, "next_fire_at"),
                    SqlStatement.instant(row, "anchor_at"),
                    SqlStatement.instant(row, "now")));
  }

  /** Returns the fire times of the span that have an instance that was not skipped. */
  static Set<Instant> haveRun(Connection connection, long job, Instant from, Instant until)
      throws SQLException {
    return new HashSet<>(
        SqlStatement.of(connection, HAVE_RUN)
            .with(job)
            .withInstant(from)
            .withInstant(until)
            .with(job)
            .withInstant(from)
            .withInstant(from)
            .withInstant(until)
            .list(row -> SqlStatement.instant(row, "fire_time")));
  }

  /**
   * Returns the latest fire time whose instance was deleted from the history. Must be called after
   * {@link #haveRun}: a deletion before that query is recorded already, and an instance deleted
   * later was in its result.
   */
  static Optional<Instant> latestPruned(Connection connection, long job) throws SQLException {
    return SqlStatement.of(connection, LATEST_PRUNED)
        .with(job)
        .first(row -> SqlStatement.instant(row, "latest_fire_time"));
  }

  /** Inserts the instances, and returns their ids in the order of the fire times. */
  static List<Long> make(
      Connection connection, JobVersion job, List<Instant> fireTimes, boolean waitForPredecessors)
      throws SQLException {
    return SqlStatement.of(connection, MAKE)
        .instants(fireTimes)
        .with(waitForPredecessors)
        .with(job.id())
        .list(row -> row.getLong("id"));
  }

  static long keep(
      Connection connection, long job, BackfillRequest request, Instant until, List<Long> instances)
      throws SQLException {
    boolean none = instances.isEmpty();
    return SqlStatement.of(connection, KEEP)
        .with(job)
        .withInstant(request.from())
        .withInstant(until)
        .withText(request.overlap().spelling())
        .withBigint(none ? null : instances.get(0))
        .withBigint(none ? null : instances.get(instances.size() - 1))
        .with(instances.size())
        .first(row -> row.getLong("id"))
        .orElseThrow();
  }

  /**
   * A stored backfill.
   *
   * @param firstInstance null if the backfill has no instances
   */
  record Stored(
      long id,
      long jobId,
      String job,
      Instant from,
      Instant until,
      String overlap,
      Instant createdAt,
      Instant canceledAt,
      Long firstInstance,
      Long lastInstance,
      int instances) {}

  static Optional<Stored> find(Connection connection, int app, String job, long id)
      throws SQLException {
    return SqlStatement.of(connection, SHOW_ONE)
        .with(app)
        .withText(job)
        .with(id)
        .first(BackfillStore::stored);
  }

  static List<Stored> page(Connection connection, int app, String job, long before, int limit)
      throws SQLException {
    return SqlStatement.of(connection, SHOW_PAGE)
        .with(app)
        .withText(job)
        .with(before)
        .with(limit)
        .list(BackfillStore::stored);
  }

  private static Stored stored(ResultSet row) throws SQLException {
    return new Stored(
        row.getLong("id"),
        row.getLong("job_id"),
        row.getString("name"),
        SqlStatement.instant(row, "from_at"),
        SqlStatement.instant(row, "until_at"),
        row.getString("overlap"),
        SqlStatement.instant(row, "created_at"),
        SqlStatement.instant(row, "canceled_at"),
        SqlStatement.nullableLong(row, "first_instance"),
        SqlStatement.nullableLong(row, "last_instance"),
        row.getInt("instances"));
  }

  /**
   * Returns the number of instances of the backfill in each state, by the public names of the
   * states.
   */
  static Map<String, Integer> states(Connection connection, Stored backfill) throws SQLException {
    Map<String, Integer> states = new TreeMap<>();
    if (backfill.firstInstance() != null) {
      SqlStatement.of(connection, STATES)
          .with(backfill.jobId())
          .with(backfill.firstInstance())
          .with(backfill.lastInstance())
          .with(backfill.jobId())
          .with(backfill.firstInstance())
          .with(backfill.lastInstance())
          .list(
              row ->
                  states.merge(
                      InstanceState.ofCode(row.getInt("state")).publicName(),
                      row.getInt("instances"),
                      Integer::sum));
    }
    return states;
  }

  static void cancel(Connection connection, long id) throws SQLException {
    SqlStatement.of(connection, CANCEL).with(id).update();
  }
}
