package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.model.instance.AttemptDeadline;
import dev.orrery.scheduler.model.instance.InstanceId;
import dev.orrery.scheduler.model.job.JobVersionKey;
import dev.orrery.scheduler.model.job.ParentLane;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** The statements that start ready parents. */
final class ParentStartStore {
  private static final String LANES =
      "select l.id from lane l where " + ParentLane.isOfParents("l");

  /**
   * Apps take turns. The limit of awaiting parents does not apply to nodes of flows, because the
   * awaiting parents may wait for them. A lane of broadcasts without a matching worker is left out
   * as a whole, so what this reads can start. Replicas share the work by skipping rows that others
   * have locked.
   */
  private static final String LOCK_READY =
      """
      with open as materialized (
        select l.id, l.app_id, greatest(0, {max} - (select count(*) from (
            select from instance a
            where a.lane_id = {ofApp} and a.state = :AWAITING and a.parent_id is null
            limit {max}) few)) as room
        from lane l
        where {ofParents}
          and exists (select from instance i where i.lane_id = l.id and i.state = :READY)
          and (l.processor = '{parent}' or exists (
            select from worker_session s
            where s.app_id = l.app_id and s.ended_at is null and not s.draining
              and {needed} = any(s.processors) and l.tags <@ s.tags))
      ), candidate as materialized (
        select c.id, c.nested, l.room,
          row_number() over (
            partition by l.app_id order by c.priority desc, c.due_at, c.id) as turn,
          row_number() over (
            partition by l.app_id, c.nested order by c.priority desc, c.due_at, c.id) as place
        from open l cross join lateral (
          (select i.id, i.priority, i.due_at, false as nested from instance i
            where i.lane_id = l.id and i.state = :READY and i.parent_id is null
            order by i.priority desc, i.due_at, i.id
            limit least({each}, l.room))
          union all
          (select i.id, i.priority, i.due_at, true as nested from instance i
            where i.lane_id = l.id and i.state = :READY and i.parent_id is not null
              and i.part is null
            order by i.id
            limit {each})
        ) c
      ), startable as materialized (
        select c.id, c.turn from candidate c
        where c.nested or c.place <= c.room
        order by c.turn, c.id
        limit {each}
      )
      select i.id, s.turn, i.job_version_id, i.version_created, i.is_retry
      from (select id, turn from startable order by id) s cross join lateral (
        select i.id, i.job_version_id, i.retry_of is not null as is_retry, {created} from instance i
        where i.id = s.id and i.state::integer = :READY
        limit 1
        for update skip locked
      ) i
      """
          .replace("{max}", Integer.toString(ParentLane.MAX_AWAITING))
          .replace("{each}", Integer.toString(ParentLimits.START_BATCH_SIZE))
          .replace("{parent}", ParentLane.PROCESSOR)
          .replace("{ofParents}", ParentLane.isOfParents("l"))
          .replace("{ofApp}", ParentLane.ofApp("l.app_id"))
          .replace("{needed}", ParentLane.neededProcessor("l"))
          .replace("{created}", JobVersionKey.createdOf("i.job_version_id"))
          .transform(StateCode::resolve);

  /** The rule of {@code worker.Capabilities#matches}, for the session s and the lane w. */
  private static final String MATCHES =
      """
      s.ended_at is null and not s.draining and w.processor = any(s.processors)
              and w.tags <@ s.tags""";

  /** All parents of an app await in one lane, where they are counted. */
  private static final String START =
      """
      with started as (
        insert into parent_instance (instance_id, total, made, parallelism, tolerated, flow, depth,
          outermost)
        select n.*, 1 + coalesce(outer_flow.depth, 0),
          coalesce(outer_flow.outermost, outer_flow.instance_id)
        from unnest(?::bigint[], ?::integer[], ?::integer[], ?::integer[], ?::integer[], ?::boolean[])
          as n(id, total, made, parallelism, tolerated, flow)
        left join lateral (
          select p.depth, p.outermost, p.instance_id
          from instance i join parent_instance p on p.instance_id = i.parent_id
          where i.id = n.id and n.flow
          limit 1) outer_flow on true
        returning instance_id, flow
      )
      update instance i
      set state = :AWAITING, attempt = i.attempt + 1, started_at = statement_timestamp(),
        lane_id = coalesce({ofApp}, i.lane_id),
        deadline_at = case when started.flow then statement_timestamp() + (
          select v.timeout from job_version v where v.id = i.job_version_id) end
      from started
      where i.id = started.instance_id and i.state::integer = :READY
      """
          .replace(
              "{ofApp}",
              ParentLane.ofApp("(select l.app_id from lane l where l.id = i.lane_id limit 1)"))
          .transform(StateCode::resolve);

  /**
   * The lock of a session does not block renewals. An expiry waits for it, and then sees the parts
   * that this inserts. Skips sessions that are ending: waiting for them while holding the lock of
   * the parent could deadlock, because an end locks instances after its session.
   */
  private static final String MAKE_PINNED =
      """
      with session as materialized (
        select s.id from job_version v join lane w on w.id = v.part_lane_id
        join worker_session s on s.app_id = w.app_id
        where v.id = ? and %s
        order by s.id
        limit ?
        for key share of s skip locked
      )
      insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at, started_at,
        deadline_at, session_id, attempt, parent_id, part)
      select %s, i.job_id, i.job_version_id, v.part_lane_id, :RUNNING, i.priority,
        statement_timestamp(), statement_timestamp(),
        statement_timestamp() + v.timeout + ? * interval '1 millisecond', s.id, 1, i.id,
        row_number() over (order by s.id) - 1
      from session s join instance i on i.id = ? join job_version v on v.id = i.job_version_id
      returning session_id
      """
          .formatted(ParentStartStore.MATCHES, InstanceId.NEW)
          .transform(StateCode::resolve);

  private ParentStartStore() {}

  /**
   * A ready parent whose row is locked.
   *
   * @param turn its place among those of its app
   */
  record ReadyParent(long id, long turn, JobVersionKey version, boolean retry) {}

  /**
   * The initial state of a parent.
   *
   * @param total the number of its parts or nodes
   * @param flow whether it has nodes
   */
  record NewParent(long id, int total, int made, int parallelism, int tolerated, boolean flow) {
    static NewParent flow(long id, int nodes) {
      return new NewParent(id, nodes, 0, 0, 0, true);
    }
  }

  static List<Integer> lanes(Connection connection) throws SQLException {
    return SqlStatement.of(connection, LANES).list(row -> row.getInt("id"));
  }

  /**
   * Locks ready parents that can start, at most {@link ParentLimits#START_BATCH_SIZE}.
   *
   * @return apps in turns, although the locks are taken in the order of the ids
   */
  static List<ReadyParent> lockReady(Connection connection) throws SQLException {
    return SqlStatement.of(connection, LOCK_READY)
        .list(
            row ->
                new ReadyParent(
                    row.getLong("id"),
                    row.getLong("turn"),
                    new JobVersionKey(
                        row.getLong("job_version_id"), row.getLong("version_created")),
                    row.getBoolean("is_retry")))
        .stream()
        .sorted(Comparator.comparingLong(ReadyParent::turn).thenComparingLong(ReadyParent::id))
        .toList();
  }

  static void start(Connection connection, List<NewParent> parents) throws SQLException {
    if (!parents.isEmpty()) {
      SqlStatement.of(connection, START)
          .bigints(parents.stream().map(NewParent::id).toList())
          .ints(parents.stream().map(NewParent::total).toList())
          .ints(parents.stream().map(NewParent::made).toList())
          .ints(parents.stream().map(NewParent::parallelism).toList())
          .ints(parents.stream().map(NewParent::tolerated).toList())
          .booleans(parents.stream().map(NewParent::flow).toList())
          .update();
    }
  }

  /**
   * Inserts a running part for each matching worker.
   *
   * @return the sessions, one for each part
   */
  static List<UUID> makePinned(Connection connection, ReadyParent parent) throws SQLException {
    return SqlStatement.of(connection, MAKE_PINNED)
        .with(parent.version().id())
        .with(ParentLimits.MAX_SESSIONS)
        .with(AttemptDeadline.REPORT_MARGIN.toMillis())
        .with(parent.id())
        .list(row -> row.getObject("session_id", UUID.class));
  }
}
