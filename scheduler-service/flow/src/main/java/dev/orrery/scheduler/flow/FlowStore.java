package dev.orrery.scheduler.flow;

import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.text.ResultText;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.model.instance.InstanceId;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.JobVersionKey;
import dev.orrery.scheduler.model.job.document.FlowReader;
import dev.orrery.scheduler.model.job.document.ShardParameters;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The statements that advance flows. They start nodes and change their rows only while the row of
 * the flow is locked in the state AWAITING.
 */
final class FlowStore {
  /** Does not replace nodes that a retry reuses. */
  private static final String CREATE =
      """
      insert into flow_node (flow_id, name, job, state)
      select n.*, :SCHEDULED from unnest(?::bigint[], ?::text[], ?::text[]) as n
      on conflict do nothing
      """
          .transform(StateCode::resolve);

  /**
   * Copies the ends of runs to their nodes. Returns all nodes as they were before, then those that
   * this changed. A run that is in neither {@code instance} nor {@code instance_history} was pruned
   * before this reconciliation. Returns only results that a condition compares. Of those too long
   * to match, it returns the begin and the end, where a cut result has its mark.
   */
  private static final String NODES =
      """
      with ended as (
        update flow_node n set (state, result, error) = (
          select coalesce(h.state, :FAILED), h.result,
            case when h.state is null then 'its run was deleted before the flow saw its end' end
          from (select) run left join lateral (
            select h.state, case when h.state = :SUCCEEDED then h.result end as result
            from instance_history h where h.id = n.instance_id limit 1) h on true)
        where n.flow_id = any(?) and n.state = :RUNNING
          and (select i.id from instance i where i.id = n.instance_id) is null
        returning n.flow_id, n.name, n.state, n.instance_id, n.result
      )
      select n.flow_id, n.name, n.state, n.instance_id, case when n.name = any(?) then
          case when length(n.result) > ? then left(n.result, ?) || right(n.result, ?) else n.result end
        end as result
      from (
        select n.flow_id, n.name, n.state, n.instance_id, n.result
        from flow_node n where n.flow_id = any(?)
        union all
        select * from ended) n
      """
          .transform(StateCode::resolve);

  private static final String RESULTS =
      """
      select n.flow_id, n.name, n.result
      from unnest(?::bigint[], ?::text[]) as asked(flow_id, name) cross join lateral (
        select n.flow_id, n.name, n.result from flow_node n
        where n.flow_id = asked.flow_id and n.name = asked.name limit 1) n
      where n.result is not null
      """;

  /** Of a node whose run has ended, its run has the error. */
  private static final String ERRORS =
      """
      select n.flow_id, n.name, coalesce(n.error, h.error) as error
      from unnest(?::bigint[], ?::text[]) as asked(flow_id, name)
      cross join lateral (
        select n.flow_id, n.name, n.instance_id, n.error from flow_node n
        where n.flow_id = asked.flow_id and n.name = asked.name limit 1) n
      left join lateral (
        select h.error from instance_history h where h.id = n.instance_id limit 1) h on true
      where coalesce(n.error, h.error) is not null
      """;

  /**
   * Resolves the jobs by name, and inserts their instances as a submission does. Inserts none for a
   * job that does not exist, or that is a flow which waits for the node, would be nested too deeply
   * or would bring its outermost flow above the limit of nodes. Locks the outermost flow while it
   * counts them.
   */
  private static final String START =
      """
      with wanted as materialized (
        select * from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::integer[], ?::integer[])
          with ordinality as w(flow_id, name, job, parameters, app_id, depth, n)
      ), found as materialized (
        select w.*, f.* from wanted w left join lateral (
          select j.id as job_id, v.id as version_id, v.lane_id, v.priority,
            limits.job_id is not null as limited,
            limits.job_id is not null or j.paused or p.paused as blocked,
            v.part_lane_id is not null and coalesce(
              jsonb_exists_any(w.parameters::jsonb, array['{index}', '{count}']), false)
              as sets_shards,
            w.depth >= ? and v.document -> 'processor' ->> 'type' = 'flow' as too_deep,
            case when v.document -> 'processor' ->> 'type' = 'flow'
              then jsonb_array_length(v.document -> 'processor' -> 'nodes') end as nodes,
            case when v.document -> 'processor' ->> 'type' = 'flow' then (
              select coalesce(p.outermost, p.instance_id) from parent_instance p
              where p.instance_id = w.flow_id) end as outermost,
            case when v.document -> 'processor' ->> 'type' = 'flow' then exists (
              with recursive outer_flow as (
                select o.job_id, o.parent_id from instance o where o.id = w.flow_id
                union all
                select o.job_id, o.parent_id from outer_flow f join instance o on o.id = f.parent_id)
              select from outer_flow o where o.job_id = j.id) else false end as in_itself
          from job j join job_version v on v.id = j.version_id join app p on p.id = j.app_id
          left join job_concurrency limits on limits.job_id = j.id
          where j.app_id = w.app_id and j.name = w.job and j.deleted_at is null
          limit 1
        ) f on true
      ), outermost as materialized (
        select p.instance_id, p.total + p.nested_nodes as nodes from parent_instance p
        where p.instance_id = any(array(select outermost from found))
        order by p.instance_id
        for update
      ), sized as materialized (
        select f.*, coalesce(
          o.nodes + sum(f.nodes) over (partition by f.outermost order by f.n) > ?, false) as too_many
        from found f left join outermost o on o.instance_id = f.outermost
      ), made as materialized (
        select %s as id, f.* from (
          select * from sized
          where job_id is not null and not sets_shards and not too_deep and not in_itself
            and not too_many
          order by n) f
      ), counted as (
        update parent_instance p set nested_nodes = p.nested_nodes + f.nodes
        from (select outermost, sum(nodes) as nodes from made where nodes > 0 group by outermost) f
        where p.instance_id = f.outermost
      ), inserted as (
        insert into instance (id, job_id, job_version_id, lane_id, state, priority, limited, due_at,
          parent_id, parameters)
        select id, job_id, version_id, lane_id, case when blocked then :BLOCKED else :READY end,
          priority, limited, statement_timestamp(), flow_id, parameters::jsonb
        from made
      ), started as (
        update flow_node n set state = :RUNNING, instance_id = made.id
        from made
        where n.flow_id = any(?) and n.flow_id = made.flow_id and n.name = made.name
      )
      select f.flow_id, f.name, f.lane_id, f.job_id, f.limited, f.blocked,
        coalesce(f.sets_shards, false) as sets_shards,
        coalesce(f.in_itself, false) as in_itself, coalesce(f.too_deep, false) as too_deep,
        f.too_many
      from sized f
      order by f.n
      """
          .formatted(InstanceId.NEW)
          .replace("{index}", ShardParameters.INDEX)
          .replace("{count}", ShardParameters.COUNT)
          .transform(StateCode::resolve);

  private static final String RESET =
      """
      update flow_node n
      set state = :SCHEDULED, instance_id = null, result = null, reused = false
      from unnest(?::bigint[], ?::text[]) as r(flow_id, name)
      where n.flow_id = any(?) and n.flow_id = r.flow_id and n.name = r.name
      """
          .transform(StateCode::resolve);

  private static final String END =
      """
      update flow_node n set state = e.state, error = e.error
      from unnest(?::bigint[], ?::text[], ?::integer[], ?::text[]) as e(flow_id, name, state, error)
      where n.flow_id = any(?) and n.flow_id = e.flow_id and n.name = e.name
      """;

  private FlowStore() {}

  record NodeKey(long flow, String name) {}

  /**
   * A flow without its nodes, read while its row is locked.
   *
   * @param size the number of its nodes
   * @param ending the state in which an earlier reconciliation stopped it; null if none did
   * @param depth 1 for an outermost flow, otherwise one more than that of the flow around it
   * @param parameters those of the run, as a JSON object; null if there are none
   * @param fireTime null if it has none
   * @param overdue whether its time-out has passed
   * @param endsNow whether it was canceled again
   * @param endsAt when it was canceled, or times out
   * @param now the time of the database
   */
  record StoredFlow(
      int size,
      InstanceState ending,
      int depth,
      JobVersionKey version,
      String parameters,
      Instant fireTime,
      boolean paused,
      boolean overdue,
      boolean endsNow,
      Instant endsAt,
      Instant now) {
    static StoredFlow read(ResultSet row) throws SQLException {
      Integer ending = SqlStatement.nullableInt(row, "ending");
      return new StoredFlow(
          row.getInt("total"),
          ending == null ? null : InstanceState.ofCode(ending),
          row.getInt("depth"),
          new JobVersionKey(row.getLong("job_version_id"), row.getLong("version_created")),
          row.getString("parameters"),
          SqlStatement.instant(row, "fire_time"),
          row.getBoolean("paused"),
          row.getBoolean("overdue"),
          row.getBoolean("ends_now"),
          SqlStatement.instant(row, "ends_at"),
          SqlStatement.instant(row, "now"));
    }
  }

  /**
   * @param state SCHEDULED while it waits for others, RUNNING until its run has ended
   * @param run null if it has none
   * @param result null unless it was asked for and the run returned one
   */
  record StoredNode(NodeKey key, InstanceState state, Long run, String result) {}

  /**
   * A node to start.
   *
   * @param parameters a JSON object; null if there are none
   */
  record NewNode(NodeKey key, String job, String parameters, int appId, int depth) {}

  /**
   * The outcome of a start.
   *
   * @param jobId null if the job does not exist
   * @param laneId null if the job does not exist
   * @param limited whether the job has a row in {@code job_concurrency}
   * @param blocked whether the run cannot be claimed yet
   * @param setsShards whether it was not started because its job has parts, and its parameters name
   *     what these get
   * @param inItself whether it was not started because its job is a flow that waits for the node
   * @param tooDeep whether it was not started because its job is a flow that would be nested too
   *     deeply
   * @param tooMany whether it was not started because its job is a flow with more nodes than its
   *     outermost flow may still have
   */
  record StartedNode(
      NodeKey key,
      Long jobId,
      Integer laneId,
      boolean limited,
      boolean blocked,
      boolean setsShards,
      boolean inItself,
      boolean tooDeep,
      boolean tooMany) {
    boolean hasRun() {
      return jobId != null && !setsShards && !inItself && !tooDeep && !tooMany;
    }
  }

  /**
   * The end of a node without a run.
   *
   * @param error null if it was skipped
   */
  record EndedNode(NodeKey key, InstanceState state, String error) {}

  /** Stores the nodes of flows that start. */
  static void create(Connection connection, Map<Long, FlowPlan> flows) throws SQLException {
    if (flows.isEmpty()) {
      return;
    }
    List<NodeKey> keys = new ArrayList<>();
    List<String> jobs = new ArrayList<>();
    flows.forEach(
        (flow, plan) ->
            plan.nodes()
                .forEach(
                    node -> {
                      keys.add(new NodeKey(flow, node.name()));
                      jobs.add(node.job());
                    }));
    keys(SqlStatement.of(connection, CREATE), keys).texts(jobs).update();
  }

  /**
   * Stores the ends of runs; returns the nodes by flow and name, with the results that conditions
   * compare.
   *
   * @param plans the plans of the flows
   */
  static Map<Long, Map<String, StoredNode>> nodes(
      Connection connection, Collection<Long> flows, Collection<FlowPlan> plans)
      throws SQLException {
    Set<String> compared =
        plans.stream()
            .flatMap(plan -> plan.nodes().stream())
            .map(FlowNode::condition)
            .filter(Objects::nonNull)
            .map(FlowNode.Condition::node)
            .collect(Collectors.toSet());
    return SqlStatement.of(connection, NODES)
        .bigints(flows)
        .texts(compared)
        .with(FlowReader.MAX_RESULT)
        .with(FlowReader.MAX_RESULT)
        .with(ResultText.MARK_LENGTH)
        .bigints(flows)
        .list(
            row ->
                new StoredNode(
                    key(row),
                    InstanceState.ofCode(row.getInt("state")),
                    SqlStatement.nullableLong(row, "instance_id"),
                    row.getString("result")))
        .stream()
        .collect(
            Collectors.groupingBy(
                node -> node.key().flow(),
                Collectors.toMap(
                    node -> node.key().name(), Function.identity(), FlowStore::ended)));
  }

  /**
   * Returns the newer one of two rows of a node: {@link #NODES} returns the row before and after
   * its end.
   */
  private static StoredNode ended(StoredNode one, StoredNode other) {
    return one.state() == InstanceState.RUNNING ? other : one;
  }

  /** Resets reused nodes, so that they run again. */
  static void reset(Connection connection, List<NodeKey> nodes) throws SQLException {
    if (!nodes.isEmpty()) {
      keys(SqlStatement.of(connection, RESET), nodes)
          .bigints(nodes.stream().map(NodeKey::flow).distinct().toList())
          .update();
    }
  }

  /** Returns the results of those nodes that have one. */
  static Map<NodeKey, String> results(Connection connection, List<NodeKey> nodes)
      throws SQLException {
    return texts(connection, RESULTS, nodes, "result");
  }

  /** Returns the errors of those nodes that have one. */
  static Map<NodeKey, String> errors(Connection connection, List<NodeKey> nodes)
      throws SQLException {
    return texts(connection, ERRORS, nodes, "error");
  }

  private static Map<NodeKey, String> texts(
      Connection connection, String statement, List<NodeKey> nodes, String column)
      throws SQLException {
    Map<NodeKey, String> texts = new HashMap<>();
    if (!nodes.isEmpty()) {
      keys(SqlStatement.of(connection, statement), nodes)
          .list(row -> texts.put(key(row), row.getString(column)));
    }
    return texts;
  }

  /** Starts the nodes that can start; returns the outcomes for all, in the order of the nodes. */
  static List<StartedNode> start(Connection connection, List<NewNode> nodes) throws SQLException {
    if (nodes.isEmpty()) {
      return List.of();
    }
    return keys(SqlStatement.of(connection, START), nodes.stream().map(NewNode::key).toList())
        .texts(nodes.stream().map(NewNode::job).toList())
        .texts(nodes.stream().map(NewNode::parameters).toList())
        .ints(nodes.stream().map(NewNode::appId).toList())
        .ints(nodes.stream().map(NewNode::depth).toList())
        .with(FlowReader.MAX_DEPTH)
        .with(FlowReader.MAX_ALL_NODES)
        .bigints(nodes.stream().map(node -> node.key().flow()).distinct().toList())
        .list(
            row ->
                new StartedNode(
                    key(row),
                    SqlStatement.nullableLong(row, "job_id"),
                    SqlStatement.nullableInt(row, "lane_id"),
                    row.getBoolean("limited"),
                    row.getBoolean("blocked"),
                    row.getBoolean("sets_shards"),
                    row.getBoolean("in_itself"),
                    row.getBoolean("too_deep"),
                    row.getBoolean("too_many")));
  }

  /** Records the ends of nodes that have no run. */
  static void end(Connection connection, List<EndedNode> nodes) throws SQLException {
    if (!nodes.isEmpty()) {
      keys(SqlStatement.of(connection, END), nodes.stream().map(EndedNode::key).toList())
          .ints(nodes.stream().map(node -> node.state().code()).toList())
          .texts(nodes.stream().map(EndedNode::error).toList())
          .bigints(nodes.stream().map(node -> node.key().flow()).distinct().toList())
          .update();
    }
  }

  private static SqlStatement keys(SqlStatement sql, List<NodeKey> keys) {
    return sql.bigints(keys.stream().map(NodeKey::flow).toList())
        .texts(keys.stream().map(NodeKey::name).toList());
  }

  private static NodeKey key(ResultSet row) throws SQLException {
    return new NodeKey(row.getLong("flow_id"), row.getString("name"));
  }
}
