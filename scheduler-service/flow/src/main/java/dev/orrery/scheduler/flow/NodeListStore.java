package dev.orrery.scheduler.flow;

import dev.orrery.protocol.FlowNode;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.JobVersionCache;
import dev.orrery.scheduler.model.job.JobVersionKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Lists the nodes of a flow in one statement: in its snapshot, each run is either active or ended.
 */
@ApplicationScoped
class NodeListStore {
  /**
   * The maximum length of a result or an error in the list; the run has all of it. This keeps the
   * list of a flow with all its nodes within the size of a page.
   */
  private static final int MAX_TEXT = 200;

  private static final String VERSION =
      """
      select f.job_version_id, %s, f.ended from (
        select i.job_version_id, null::smallint as ended from instance i where i.id = ?
        union all
        select h.job_version_id, h.state from instance_history h where h.id = ?) f
      """
          .formatted(JobVersionKey.createdOf("f.job_version_id"));

  /**
   * Returns the end of a run even before a reconciliation has stored it in the node, and what the
   * node stores if the history of the run was pruned.
   */
  private static final String NODES =
      """
      select n.name, n.instance_id, n.reused, coalesce(r.state, n.state) as state, r.started_at,
        r.ended_at, r.run_millis, w.worker, left(coalesce(n.result, r.result), %1$d) as result,
        left(coalesce(n.error, r.error), %1$d) as error, r.reason
      from flow_node n
      left join lateral (
        (select i.state, i.started_at, null::timestamptz as ended_at, null::bigint as run_millis,
          i.session_id, null::text as result, null::text as error, null::text as reason
        from instance i where i.id = n.instance_id limit 1)
        union all
        (select h.state, h.started_at, h.ended_at, h.run_millis, h.session_id, h.result, h.error,
          h.reason
        from instance_history h where h.id = n.instance_id limit 1)
        limit 1
      ) r on true
      left join worker_session w on w.id = r.session_id
      where n.flow_id = ?
      """
          .formatted(MAX_TEXT)
          .transform(StateCode::resolve);

  private final EngineDatabase database;
  private final JobVersionCache versions;

  NodeListStore(EngineDatabase database, JobVersionCache versions) {
    this.database = database;
    this.versions = versions;
  }

  /** A row of {@link #NODES}. */
  private record StoredRun(
      Long instance,
      boolean reused,
      InstanceState state,
      Instant startedAt,
      Instant endedAt,
      Long runMillis,
      String worker,
      String result,
      String error,
      String endReason) {
    private static StoredRun none(InstanceState state) {
      return new StoredRun(null, false, state, null, null, null, null, null, null, null);
    }

    private static StoredRun read(ResultSet row) throws SQLException {
      return new StoredRun(
          SqlStatement.nullableLong(row, "instance_id"),
          row.getBoolean("reused"),
          InstanceState.ofCode(row.getInt("state")),
          SqlStatement.instant(row, "started_at"),
          SqlStatement.instant(row, "ended_at"),
          SqlStatement.nullableLong(row, "run_millis"),
          row.getString("worker"),
          row.getString("result"),
          row.getString("error"),
          row.getString("reason"));
    }
  }

  /**
   * @param ended the state in which the flow ended; null for one that has not
   */
  private record Version(JobVersionKey key, InstanceState ended) {
    boolean stopped() {
      return ended == InstanceState.CANCELED || ended == InstanceState.TIMED_OUT;
    }
  }

  /** Returns the nodes in the order of the document; none for an instance that is not a flow. */
  List<NodeView> list(long flow) {
    return database.read(
        connection -> {
          Optional<Version> version = version(connection, flow);
          List<FlowNode> nodes =
              version.isEmpty() ? List.of() : nodes(connection, version.get().key());
          if (nodes.isEmpty()) {
            return List.of();
          }
          // A flow that ended before its start has stored no nodes.
          StoredRun none =
              StoredRun.none(
                  version.get().ended() == null ? InstanceState.SCHEDULED : InstanceState.SKIPPED);
          Map<String, StoredRun> runs = new HashMap<>();
          SqlStatement.of(connection, NODES)
              .with(flow)
              .list(row -> runs.put(row.getString("name"), StoredRun.read(row)));
          nodes.forEach(node -> runs.putIfAbsent(node.name(), none));
          SkipReason skips =
              new SkipReason(
                  nodes.stream().collect(Collectors.toMap(FlowNode::name, Function.identity())),
                  runs.entrySet().stream()
                      .collect(Collectors.toMap(Map.Entry::getKey, run -> run.getValue().state())),
                  version.get().stopped());
          return nodes.stream().map(node -> view(node, runs.get(node.name()), skips)).toList();
        });
  }

  private static Optional<Version> version(Connection connection, long flow) throws SQLException {
    return SqlStatement.of(connection, VERSION)
        .with(flow)
        .with(flow)
        .first(
            row ->
                new Version(
                    new JobVersionKey(
                        row.getLong("job_version_id"), row.getLong("version_created")),
                    state(SqlStatement.nullableInt(row, "ended"))));
  }

  private static InstanceState state(Integer code) {
    return code == null ? null : InstanceState.ofCode(code);
  }

  private List<FlowNode> nodes(Connection connection, JobVersionKey key) throws SQLException {
    return versions
        .parts(connection, Set.of(key), version -> version.document().flowIfAny())
        .get(key)
        .map(document -> document.nodes())
        .orElse(List.of());
  }

  private static NodeView view(FlowNode node, StoredRun run, SkipReason skips) {
    return new NodeView(
        node.name(),
        node.job(),
        node.needs(),
        node.when().spelling(),
        NodeView.Condition.of(node.condition()),
        node.continueOnFailure(),
        run.state().publicName(),
        run.instance() == null ? null : Long.toString(run.instance()),
        run.reused(),
        run.startedAt(),
        run.endedAt(),
        run.runMillis(),
        run.worker(),
        run.result(),
        run.error(),
        run.endReason(),
        run.state() == InstanceState.SKIPPED && run.endReason() == null ? skips.of(node) : null,
        null);
  }
}
