package dev.orrery.scheduler.command;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.database.SqlStatement;
import dev.orrery.scheduler.database.StateCode;
import dev.orrery.scheduler.instance.InstanceId;
import dev.orrery.scheduler.instance.InstanceState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The statements of commands of users for an instance. Each has the app in its query. */
final class InstanceCommandStore {
  /** What {@link Locked} is read from. */
  private static final String LOCKED_COLUMNS =
      "select i.id, i.job_id, i.state, i.attempt, i.session_id, i.drives_fixed_delay, i.limited\n";

  private static final String LOCK =
      LOCKED_COLUMNS
          + """
          from instance i join job j on j.id = i.job_id and j.app_id = coalesce(?, j.app_id)
          where i.id = ?
          for update of i
          """;

  private static final String LOCK_ALL_OF =
      LOCKED_COLUMNS
          + """
          from instance i where i.job_id = any(?)
          order by i.id
          for update
          """;

  /** The cast keeps the planner off the index of all that is in a state. */
  private static final String LOCK_THOSE =
      LOCKED_COLUMNS
          + """
          from instance i where i.id = any(?) and i.state::integer = any(?)
          order by i.id
          for update
          """;

  /** A backfill's own: an API run or a retry by hand may have an id between them. */
  private static final String LOCK_FIRES_BETWEEN =
      LOCKED_COLUMNS
          + """
          from instance i
          where i.job_id = ? and i.id between ? and ?
            and i.fire_time is not null and i.retry_of is null
          order by i.id
          for update
          """;

  private static final String REQUEST_CANCEL =
      """
      update instance set
        cancel_requested_at = coalesce(cancel_requested_at, statement_timestamp()),
        deadline_at = least(deadline_at, coalesce(cancel_requested_at, statement_timestamp())
          + ? * interval '1 millisecond')
      where id = any(?) and state = :RUNNING
      """
          .transform(StateCode::resolve);

  private static final String HAS_ENDED =
      """
      select true from instance_history h
      join job j on j.id = h.job_id and j.app_id = coalesce(?, j.app_id)
      where h.id = ?
      """;

  /**
   * The current version of the job, with the parameters and the fire time of each old run. The span
   * of the ids leaves out the partitions of other days.
   */
  private static final String RETRY =
      """
      insert into instance (id, job_id, job_version_id, lane_id, state, priority, limited, due_at,
        fire_time, retry_of, parameters)
      select %s, h.job_id, v.id, v.lane_id,
        case when limits.job_id is not null or j.paused or p.paused then :BLOCKED else :READY end,
        v.priority, limits.job_id is not null, statement_timestamp(), h.fire_time, h.id,
        h.parameters
      from instance_history h
      join job j on j.id = h.job_id and j.app_id = coalesce(?, j.app_id) and j.deleted_at is null
      join job_version v on v.id = j.version_id
      join app p on p.id = j.app_id
      left join job_concurrency limits on limits.job_id = j.id
      where h.id = any(?) and h.id between ? and ?
      order by h.id
      returning id, lane_id, job_id
      """
          .formatted(InstanceId.NEW)
          .transform(StateCode::resolve);

  private static final String LOCK_WAITING_OF_TRIGGERS =
      """
      select id from instance
      where job_id = any(?) and fire_time is not null and retry_of is null
        and state in (:SCHEDULED, :READY, :BLOCKED)
      order by id
      for update
      """
          .transform(StateCode::resolve);

  private static final String LOCK_WAITING_OF =
      """
      select id from instance
      where job_id = any(?) and state in (:SCHEDULED, :READY, :BLOCKED)
      order by id
      for update
      """
          .transform(StateCode::resolve);

  /** Jobs that were deleted within the last seconds are among those to recheck. */
  private static final String LOCK_STRAYS_OF_DELETED =
      """
      select i.id
      from job_recheck r join job j on j.id = r.job_id and j.deleted_at is not null
      join instance i on i.job_id = j.id and i.state in (:SCHEDULED, :READY, :BLOCKED)
      order by i.id
      for update of i
      """
          .transform(StateCode::resolve);

  private InstanceCommandStore() {}

  /** An active instance, locked. */
  record Locked(
      AttemptRef attempt,
      long jobId,
      InstanceState state,
      UUID session,
      boolean drivesFixedDelay,
      boolean limited) {
    private static Locked read(ResultSet row) throws SQLException {
      return new Locked(
          new AttemptRef(row.getLong("id"), row.getInt("attempt")),
          row.getLong("job_id"),
          InstanceState.ofCode(row.getInt("state")),
          row.getObject("session_id", UUID.class),
          row.getBoolean("drives_fixed_delay"),
          row.getBoolean("limited"));
    }
  }

  /** A new instance. */
  record Retried(long id, int laneId, long jobId) {}

  static Optional<Locked> lock(Connection connection, long id, Integer onlyApp)
      throws SQLException {
    return SqlStatement.of(connection, LOCK).withInt(onlyApp).with(id).first(Locked::read);
  }

  /** All that is active of the jobs, in the order of their ids. */
  static List<Locked> lockAllOf(Connection connection, Collection<Long> jobs) throws SQLException {
    return SqlStatement.of(connection, LOCK_ALL_OF).bigints(jobs).list(Locked::read);
  }

  /** What is active of the fires of a job that were made from one id to another. */
  static List<Locked> lockFiresBetween(Connection connection, long job, long first, long last)
      throws SQLException {
    return SqlStatement.of(connection, LOCK_FIRES_BETWEEN)
        .with(job)
        .with(first)
        .with(last)
        .list(Locked::read);
  }

  /** The caller holds the locks of the instances. */
  static void requestCancel(Connection connection, Collection<Long> ids, Duration grace)
      throws SQLException {
    if (!ids.isEmpty()) {
      SqlStatement.of(connection, REQUEST_CANCEL).with(grace.toMillis()).bigints(ids).update();
    }
  }

  static boolean hasEnded(Connection connection, long id, Integer onlyApp) throws SQLException {
    return SqlStatement.of(connection, HAS_ENDED)
        .withInt(onlyApp)
        .with(id)
        .first(row -> true)
        .isPresent();
  }

  /** Those of the instances that are in one of the states, in the order of their ids. */
  static List<Locked> lockThose(
      Connection connection, Collection<Long> ids, Collection<InstanceState> states)
      throws SQLException {
    return SqlStatement.of(connection, LOCK_THOSE)
        .bigints(ids)
        .ints(states.stream().map(InstanceState::code).toList())
        .list(Locked::read);
  }

  /** Empty if the instance has not ended, is not there, or its job was deleted. */
  static Optional<Retried> retry(Connection connection, long id, Integer onlyApp)
      throws SQLException {
    return retryAll(connection, List.of(id), onlyApp).stream().findFirst();
  }

  /** Makes a new instance for each that has ended and whose job was not deleted, in their order. */
  static List<Retried> retryAll(Connection connection, Collection<Long> ids, Integer onlyApp)
      throws SQLException {
    return SqlStatement.of(connection, RETRY)
        .withInt(onlyApp)
        .bigints(ids)
        .with(ids.stream().min(Long::compare).orElse(0L))
        .with(ids.stream().max(Long::compare).orElse(0L))
        .list(row -> new Retried(row.getLong("id"), row.getInt("lane_id"), row.getLong("job_id")));
  }

  static List<Long> lockWaitingOfTriggers(Connection connection, Collection<Long> jobs)
      throws SQLException {
    return SqlStatement.of(connection, LOCK_WAITING_OF_TRIGGERS)
        .bigints(jobs)
        .list(row -> row.getLong("id"));
  }

  /** All instances of the jobs that no worker has started, in the order of their ids. */
  static List<Long> lockWaitingOf(Connection connection, Collection<Long> jobs)
      throws SQLException {
    return SqlStatement.of(connection, LOCK_WAITING_OF)
        .bigints(jobs)
        .list(row -> row.getLong("id"));
  }

  static List<Long> lockStraysOfDeleted(Connection connection) throws SQLException {
    return SqlStatement.of(connection, LOCK_STRAYS_OF_DELETED).list(row -> row.getLong("id"));
  }
}
