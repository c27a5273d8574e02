package dev.orrery.scheduler.engine.command;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.text.TraceParent;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceId;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The statements of users' commands for instances. A statement with an id from a caller checks the
 * app.
 */
final class InstanceCommandStore {
  /** The columns of {@link Locked}. */
  private static final String LOCKED_COLUMNS =
      """
      select i.id, i.job_id, i.state, i.attempt, i.session_id, i.drives_fixed_delay, i.limited,
        i.part is not null as is_part, i.cancel_requested_at is not null as was_canceled
      """;

  private static final String LOCK =
      LOCKED_COLUMNS
          + """
          from instance i join job j on j.id = i.job_id and j.app_id = coalesce(?, j.app_id)
          where i.id = ?
          for update of i
          """;

  /**
   * Finds waiting instances, and running ones that have not been asked to stop, in the order of the
   * jobs. Reads at most as many rows as the limit, plus the running instances that have been asked
   * to stop, and parts, which their parents cancel.
   */
  private static final String ACTIVE_OF =
      """
      select a.id, a.job_id from unnest(?::bigint[]) as jobs(job_id)
      cross join lateral (
        select i.id, i.job_id from instance i
        where i.job_id = jobs.job_id
          and (i.state::integer not in (:RUNNING, :AWAITING) or i.cancel_requested_at is null)
          and i.part is null
        order by i.job_id, i.id
        limit ?
      ) a
      limit ?
      """
          .transform(StateCode::resolve);

  /** The cast keeps the planner from using an index of instances in a state. */
  private static final String LOCK_THOSE =
      LOCKED_COLUMNS
          + """
          from instance i where i.id = any(?) and i.state::integer = any(?)
          order by i.id
          for update
          """;

  /** A parent has no deadline, because it ends after its parts. */
  private static final String REQUEST_CANCEL =
      """
      update instance set
        cancel_reason = case when cancel_requested_at is null then ? else cancel_reason end,
        cancel_requested_at = coalesce(cancel_requested_at, statement_timestamp()),
        deadline_at = case when state = :RUNNING then
          least(deadline_at, coalesce(cancel_requested_at, statement_timestamp())
            + ? * interval '1 millisecond') end
      where id = any(?) and state in (:RUNNING, :AWAITING)
      """
          .transform(StateCode::resolve);

  private static final String END_NOW =
      """
      update parent_instance p set ends_now = true
      where p.instance_id = any(?) and p.flow and not p.ends_now and (p.ending is not null or ?)
      """;

  private static final String IS_ENDING =
      """
      select true from parent_instance p
      where p.instance_id = ? and p.flow and p.ending is not null
      """;

  private static final String HAS_ENDED =
      """
      select true from (select h.job_id from instance_history h where h.id = ? limit 1) h
      join job j on j.id = h.job_id
      where j.app_id = coalesce(?, j.app_id)
      """;

  private static final String APP_OF =
      """
      select j.app_id from (select coalesce(
        (select i.job_id from instance i where i.id = ?),
        (select h.job_id from instance_history h where h.id = ?)) as job_id) found
      join job j on j.id = found.job_id
      where j.app_id = coalesce(?, j.app_id)
      """;

  private static final String PART_HAS_ENDED =
      """
      select h.parent_id from part_history h
      join job j on j.id = h.job_id and j.app_id = coalesce(?, j.app_id)
      where h.id = ?
      """;

  /**
   * Creates instances of the current version of the job, with the parameters and the fire time of
   * each old instance; its trace becomes a link. The range of ids excludes the partitions of other
   * days; the limits keep the planner from reading all rows of a small table.
   */
  private static final String RETRY =
      """
      insert into instance (id, job_id, job_version_id, lane_id, state, priority, limited, due_at,
        fire_time, retry_of, parameters)
      select %s, h.job_id, j.version_id, j.lane_id,
        case when j.limited or j.paused then :BLOCKED else :READY end,
        j.priority, j.limited, statement_timestamp(), h.fire_time, h.id,
        case when jsonb_exists(h.parameters, '%s') then h.parameters - '%s'
          || jsonb_build_object('%s', h.parameters -> '%s') else h.parameters end
      from unnest(?::bigint[]) as asked(id)
      cross join lateral (
        select h.id, h.job_id, h.fire_time, h.parameters from instance_history h
        where h.id = asked.id and h.id between ? and ?
        limit 1
      ) h cross join lateral (
        select v.id as version_id, v.lane_id, v.priority, j.paused or p.paused as paused,
          limits.job_id is not null as limited
        from job j join job_version v on v.id = j.version_id join app p on p.id = j.app_id
        left join job_concurrency limits on limits.job_id = j.id
        where j.id = h.job_id and j.app_id = coalesce(?, j.app_id) and j.deleted_at is null
        limit 1
      ) j
      order by h.id
      returning id, lane_id, job_id
      """
          .formatted(
              InstanceId.NEW,
              TraceParent.PARAMETER,
              TraceParent.PARAMETER,
              TraceParent.LINK_PARAMETER,
              TraceParent.PARAMETER)
          .transform(StateCode::resolve);

  /**
   * Copies the nodes that succeeded to a new instance of the flow, if its document still has them
   * with the same job. The start of the flow resets those that follow a node that runs again.
   */
  private static final String REUSE_NODES =
      """
      with flow as materialized (
        select v.document -> 'processor' -> 'nodes' as nodes
        from instance i join job_version v on v.id = i.job_version_id
        where i.id = ? and v.document -> 'processor' ->> 'type' = 'flow'
      ), reused as (
        insert into flow_node (flow_id, name, job, state, instance_id, result, reused)
        select ?, n.name, n.job, n.state, n.instance_id, n.result, true
        from flow_node n cross join flow
        where n.flow_id = ? and n.state = :SUCCEEDED
          and flow.nodes @> jsonb_build_array(jsonb_build_object('name', n.name, 'job', n.job))
      )
      select (select h.attempt = 0 from instance_history h where h.id = ?)
        or exists (select from flow_node n where n.flow_id = ?) as has_nodes
      from flow
      """
          .transform(StateCode::resolve);

  /** The range of ids excludes the partitions of other days. */
  private static final String PARAMETER_BYTES =
      """
      select h.id, octet_length(h.parameters::text) as bytes
      from instance_history h
      where h.id = any(?) and h.id between ? and ? and h.parameters is not null
      """;

  /** The instances whose parameters one statement measures: it reads up to 16 MiB. */
  private static final int MEASURE_BATCH_SIZE = 250;

  private InstanceCommandStore() {}

  /**
   * A locked active instance.
   *
   * @param canceled whether it was asked to stop before
   */
  record Locked(
      AttemptRef attempt,
      long jobId,
      InstanceState state,
      UUID session,
      boolean drivesFixedDelay,
      boolean limited,
      boolean part,
      boolean canceled) {
    private static Locked read(ResultSet row) throws SQLException {
      return new Locked(
          new AttemptRef(row.getLong("id"), row.getInt("attempt")),
          row.getLong("job_id"),
          InstanceState.ofCode(row.getInt("state")),
          row.getObject("session_id", UUID.class),
          row.getBoolean("drives_fixed_delay"),
          row.getBoolean("limited"),
          row.getBoolean("is_part"),
          row.getBoolean("was_canceled"));
    }
  }

  record Retried(long id, int laneId, long jobId) {}

  static Optional<Locked> lock(Connection connection, long id, Integer onlyApp)
      throws SQLException {
    return SqlStatement.of(connection, LOCK).withInt(onlyApp).with(id).first(Locked::read);
  }

  record ActiveInstance(long id, long jobId) {}

  /** Returns the instances that a cancel would change, in the order of the jobs. */
  static List<ActiveInstance> activeOf(Connection connection, Collection<Long> jobs, int limit)
      throws SQLException {
    return SqlStatement.of(connection, ACTIVE_OF)
        .bigints(jobs)
        .with(limit)
        .with(limit)
        .list(row -> new ActiveInstance(row.getLong("id"), row.getLong("job_id")));
  }

  /**
   * Asks running instances to stop; the caller must hold their locks.
   *
   * @param reason the reason of their ends; does not replace the reason of an earlier request
   */
  static void requestCancel(
      Connection connection, Collection<Long> ids, EndReason reason, Duration grace)
      throws SQLException {
    if (!ids.isEmpty()) {
      SqlStatement.of(connection, REQUEST_CANCEL)
          .withText(reason.name())
          .with(grace.toMillis())
          .bigints(ids)
          .update();
    }
  }

  /**
   * Makes flows that are ending also cancel their nodes with {@code when: ended}; the caller must
   * hold their locks.
   *
   * @param canceled whether all were canceled before; otherwise, changes only those that timed out
   * @return how many this changed
   */
  static int endNow(Connection connection, Collection<Long> flows, boolean canceled)
      throws SQLException {
    return flows.isEmpty()
        ? 0
        : SqlStatement.of(connection, END_NOW).bigints(flows).with(canceled).update();
  }

  /** Returns true for a flow that was canceled or timed out, and waits for its last nodes. */
  static boolean isEnding(Connection connection, long id) throws SQLException {
    return SqlStatement.of(connection, IS_ENDING).with(id).first(row -> true).isPresent();
  }

  static boolean hasEnded(Connection connection, long id, Integer onlyApp) throws SQLException {
    return SqlStatement.of(connection, HAS_ENDED)
        .with(id)
        .withInt(onlyApp)
        .first(row -> true)
        .isPresent();
  }

  /** Returns the app of an instance, active or ended; empty for a part that has ended. */
  static Optional<Integer> appOf(Connection connection, long id, Integer onlyApp)
      throws SQLException {
    return SqlStatement.of(connection, APP_OF)
        .with(id)
        .with(id)
        .withInt(onlyApp)
        .first(row -> row.getInt("app_id"));
  }

  /** Returns the parent of a part that has ended; empty for other instances. */
  static Optional<Long> parentOfEnded(Connection connection, long id, Integer onlyApp)
      throws SQLException {
    return SqlStatement.of(connection, PART_HAS_ENDED)
        .withInt(onlyApp)
        .with(id)
        .first(row -> row.getLong("parent_id"));
  }

  /** Locks and returns the instances that are in one of the states, in the order of their ids. */
  static List<Locked> lockThose(
      Connection connection, Collection<Long> ids, Collection<InstanceState> states)
      throws SQLException {
    return SqlStatement.of(connection, LOCK_THOSE)
        .bigints(ids)
        .ints(states.stream().map(InstanceState::code).toList())
        .list(Locked::read);
  }

  /**
   * Returns the first of these instances whose parameters have at most this many bytes together,
   * but at least one.
   */
  static List<Long> fitting(Connection connection, List<Long> ids, long bytes) throws SQLException {
    long total = 0;
    for (int from = 0; from < ids.size(); from += MEASURE_BATCH_SIZE) {
      int until = Math.min(ids.size(), from + MEASURE_BATCH_SIZE);
      Map<Long, Long> sizes = parameterBytes(connection, ids.subList(from, until));
      for (int i = from; i < until; i++) {
        total += sizes.getOrDefault(ids.get(i), 0L);
        if (total > bytes && i > 0) {
          return ids.subList(0, i);
        }
      }
    }
    return ids;
  }

  private static Map<Long, Long> parameterBytes(Connection connection, List<Long> ids)
      throws SQLException {
    Map<Long, Long> sizes = new HashMap<>();
    withRange(SqlStatement.of(connection, PARAMETER_BYTES).bigints(ids), ids)
        .list(row -> sizes.put(row.getLong("id"), row.getLong("bytes")));
    return sizes;
  }

  private static SqlStatement withRange(SqlStatement sql, Collection<Long> ids) {
    return sql.with(ids.stream().min(Long::compare).orElse(0L))
        .with(ids.stream().max(Long::compare).orElse(0L));
  }

  /** Retries an instance; empty if it has not ended, does not exist, or its job was deleted. */
  static Optional<Retried> retry(Connection connection, long id, Integer onlyApp)
      throws SQLException {
    return retryAll(connection, List.of(id), onlyApp).stream().findFirst();
  }

  /** Says whether a retry reuses the nodes that succeeded, or why not. */
  enum ReusedNodes {
    REUSED,
    NOT_STORED,
    NOT_A_FLOW
  }

  /** Copies the nodes of an ended flow that succeeded to its retry, which has not started. */
  static ReusedNodes reuseSucceededNodes(Connection connection, long ended, long retry)
      throws SQLException {
    return SqlStatement.of(connection, REUSE_NODES)
        .with(retry)
        .with(retry)
        .with(ended)
        .with(ended)
        .with(ended)
        .first(row -> row.getBoolean("has_nodes") ? ReusedNodes.REUSED : ReusedNodes.NOT_STORED)
        .orElse(ReusedNodes.NOT_A_FLOW);
  }

  /**
   * Creates a new instance for each ended instance whose job was not deleted, in the order of ids.
   */
  static List<Retried> retryAll(Connection connection, Collection<Long> ids, Integer onlyApp)
      throws SQLException {
    return withRange(SqlStatement.of(connection, RETRY).bigints(ids), ids)
        .withInt(onlyApp)
        .list(row -> new Retried(row.getLong("id"), row.getInt("lane_id"), row.getLong("job_id")));
  }
}
