package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.flow.FlowDecision.Known;
import dev.orrery.scheduler.flow.FlowDecision.NodeState;
import dev.orrery.scheduler.flow.FlowStore.NodeKey;
import dev.orrery.scheduler.flow.FlowStore.StoredNode;
import dev.orrery.scheduler.flow.ParentStartStore.NewParent;
import dev.orrery.scheduler.flow.ParentStartStore.ReadyParent;
import dev.orrery.scheduler.model.job.JobVersion;
import dev.orrery.scheduler.model.job.JobVersionCache;
import dev.orrery.scheduler.model.job.JobVersionKey;
import dev.orrery.scheduler.model.job.document.FanOutDocument;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Starts ready parents, as claims start other instances. */
@ApplicationScoped
class ParentStarter {
  private final EngineDatabase database;
  private final JobVersionCache versions;
  private final HintBus hints;

  ParentStarter(EngineDatabase database, JobVersionCache versions, HintBus hints) {
    this.database = database;
    this.versions = versions;
    this.hints = hints;
  }

  /**
   * @param sessions those that got parts
   * @param more whether more parents may be ready
   */
  record Started(List<Long> parents, Set<UUID> sessions, boolean more) {}

  /**
   * Starts ready parents, at most {@link ParentLimits#START_BATCH_SIZE}; blocks. Makes all parts of
   * a broadcast; the first reconciliation makes the parts of shards, and starts the nodes of flows.
   */
  Started start() {
    Started started = database.transaction(this::start);
    if (!started.sessions().isEmpty()) {
      hints.publish(new Hint.Deliver(started.sessions()));
    }
    return started;
  }

  private Started start(Connection connection) throws SQLException {
    List<ReadyParent> ready = ParentStartStore.lockReady(connection);
    Map<JobVersionKey, Kind> kinds =
        versions.parts(
            connection,
            ready.stream().map(ReadyParent::version).collect(Collectors.toSet()),
            Kind::of);
    List<NewParent> parents = new ArrayList<>();
    Map<Long, FlowPlan> flows = new LinkedHashMap<>();
    Map<Long, FlowPlan> retries = new LinkedHashMap<>();
    Set<UUID> sessions = new HashSet<>();
    boolean more = ready.size() == ParentLimits.START_BATCH_SIZE;
    int nodes = 0;
    for (ReadyParent parent : ready) {
      if (nodes >= ParentLimits.MAX_NODES_STORED) {
        more = true;
        break;
      }
      Optional<FlowPlan> flow = kinds.get(parent.version()).flow();
      if (flow.isPresent()) {
        flows.put(parent.id(), flow.get());
        if (parent.retry()) {
          retries.put(parent.id(), flow.get());
        }
        parents.add(NewParent.flow(parent.id(), flow.get().nodes().size()));
        nodes += flow.get().nodes().size();
        continue;
      }
      Optional<FanOutDocument> fanOut = kinds.get(parent.version()).fanOut();
      if (fanOut.isEmpty()) {
        continue;
      }
      if (!fanOut.get().broadcasts()) {
        parents.add(shards(parent, fanOut.get()));
        continue;
      }
      List<UUID> reached = ParentStartStore.makePinned(connection, parent);
      // The last worker may have left since the query; the parent then stays ready.
      if (!reached.isEmpty()) {
        sessions.addAll(reached);
        parents.add(broadcast(parent, fanOut.get(), reached.size()));
      }
    }
    ParentStartStore.start(connection, parents);
    FlowStore.create(connection, flows);
    resetNodes(connection, retries);
    return new Started(parents.stream().map(NewParent::id).toList(), sessions, more);
  }

  /** Resets reused nodes that follow a node that runs again. */
  private static void resetNodes(Connection connection, Map<Long, FlowPlan> flows)
      throws SQLException {
    if (flows.isEmpty()) {
      return;
    }
    Map<Long, Map<String, StoredNode>> nodes =
        FlowStore.nodes(connection, flows.keySet(), flows.values());
    List<NodeKey> reset = new ArrayList<>();
    flows.forEach(
        (id, plan) -> {
          List<Known> before = FlowProgress.known(plan, nodes.get(id));
          Set<Integer> reused = FlowDecision.reused(plan.rules(), before);
          for (int node = 0; node < before.size(); node++) {
            if (before.get(node).state() == NodeState.SUCCEEDED && !reused.contains(node)) {
              reset.add(new NodeKey(id, plan.nodes().get(node).name()));
            }
          }
        });
    FlowStore.reset(connection, reset);
  }

  /**
   * Both are empty for a document that this release cannot read; the release that wrote it starts
   * the parent.
   */
  private record Kind(Optional<FanOutDocument> fanOut, Optional<FlowPlan> flow) {
    private static Kind of(JobVersion job) {
      return new Kind(job.document().fanOutIfAny(), FlowPlan.of(job));
    }
  }

  private static NewParent shards(ReadyParent parent, FanOutDocument fanOut) {
    int total = fanOut.count();
    return new NewParent(
        parent.id(), total, 0, fanOut.parallelism(), fanOut.tolerate().of(total), false);
  }

  private static NewParent broadcast(ReadyParent parent, FanOutDocument fanOut, int total) {
    return new NewParent(parent.id(), total, total, total, fanOut.tolerate().of(total), false);
  }
}
