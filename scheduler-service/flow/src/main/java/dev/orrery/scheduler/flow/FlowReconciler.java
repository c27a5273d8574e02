package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.flow.FlowDecision.NodeState;
import dev.orrery.scheduler.flow.FlowStore.EndedNode;
import dev.orrery.scheduler.flow.FlowStore.NodeKey;
import dev.orrery.scheduler.flow.FlowStore.StoredNode;
import dev.orrery.scheduler.flow.NodeStarter.WantedNode;
import dev.orrery.scheduler.flow.ParentStore.AwaitingParent;
import dev.orrery.scheduler.flow.ReconcileResult.ParentEnd;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.JobVersionCache;
import dev.orrery.scheduler.model.job.JobVersionKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Advances flows: starts and skips their nodes, stops flows, or ends them. */
@ApplicationScoped
class FlowReconciler {
  private final JobVersionCache versions;
  private final NodeStarter starter;

  FlowReconciler(JobVersionCache versions, NodeStarter starter) {
    this.versions = versions;
    this.starter = starter;
  }

  /** The caller must hold the locks of the flows. */
  void reconcile(Connection connection, List<AwaitingParent> parents, ReconcileResult result)
      throws SQLException {
    List<AwaitingParent> first = first(parents);
    parents.stream().skip(first.size()).forEach(result::reconcileAgain);
    List<EndedNode> endedNodes = new ArrayList<>();
    List<FlowProgress> flows = read(connection, first);
    startNodes(connection, flows, endedNodes, result);
    List<FlowProgress> running = new ArrayList<>();
    for (FlowProgress flow : flows) {
      if (!flow.isEnding()) {
        running.add(flow);
      } else if (flow.decide().end() == null) {
        result.stop(flow.parent(), flow.ending(), flow.toCancel());
      } else {
        flow.waiting().forEach(node -> endedNodes.add(skipped(flow, node)));
        String error = flow.ending() == InstanceState.TIMED_OUT ? flow.timeoutError() : null;
        result.end(flow.parent(), new ParentEnd(flow.ending(), error, null));
      }
    }
    FlowStore.end(connection, endedNodes);
    end(connection, running, result);
  }

  /** Returns the flows whose nodes this transaction reads: at least one. */
  private static List<AwaitingParent> first(List<AwaitingParent> flows) {
    int nodes = 0;
    int count = 0;
    while (count < flows.size() && nodes < ParentLimits.MAX_NODES_READ) {
      nodes += flows.get(count).flow().size();
      count++;
    }
    return flows.subList(0, count);
  }

  private List<FlowProgress> read(Connection connection, List<AwaitingParent> parents)
      throws SQLException {
    Map<JobVersionKey, Optional<FlowPlan>> plans =
        versions.parts(
            connection,
            parents.stream().map(parent -> parent.flow().version()).collect(Collectors.toSet()),
            FlowPlan::of);
    Map<Long, Map<String, StoredNode>> nodes =
        FlowStore.nodes(
            connection,
            parents.stream().map(AwaitingParent::id).toList(),
            plans.values().stream().flatMap(Optional::stream).toList());
    List<FlowProgress> flows = new ArrayList<>();
    for (AwaitingParent parent : parents) {
      plans
          .get(parent.flow().version())
          .ifPresent(plan -> flows.add(new FlowProgress(parent, plan, nodes.get(parent.id()))));
    }
    return flows;
  }

  /**
   * Starts and skips nodes. Decides again for flows with nodes that failed to start, until there
   * are none. A flow that is ending ignores a pause, and skips its nodes when it ends: whether it
   * succeeds nevertheless depends on those that wait.
   */
  private void startNodes(
      Connection connection,
      List<FlowProgress> flows,
      List<EndedNode> endedNodes,
      ReconcileResult result)
      throws SQLException {
    NodesPerTransaction room = new NodesPerTransaction();
    List<FlowProgress> open = flows;
    while (!open.isEmpty()) {
      List<WantedNode> ready = new ArrayList<>();
      for (FlowProgress flow : open) {
        FlowDecision decision = flow.decide();
        if (!flow.isEnding()) {
          if (flow.flow().paused() && !decision.start().isEmpty()) {
            continue;
          }
          for (int node : decision.skip()) {
            flow.set(node, NodeState.SKIPPED);
            endedNodes.add(skipped(flow, node));
          }
        }
        decision.start().forEach(node -> ready.add(WantedNode.of(flow, node)));
      }
      Map<NodeKey, WantedNode> wanted = new LinkedHashMap<>();
      for (WantedNode node : room.share(ready, result)) {
        node.flow().set(node.position(), NodeState.STARTED);
        wanted.put(node.key(), node);
      }
      List<EndedNode> failed = starter.start(connection, wanted, result);
      endedNodes.addAll(failed);
      List<WantedNode> notStarted = failed.stream().map(node -> wanted.get(node.key())).toList();
      notStarted.forEach(node -> node.flow().set(node.position(), NodeState.FAILED));
      open = notStarted.stream().map(WantedNode::flow).distinct().toList();
    }
  }

  private static EndedNode skipped(FlowProgress flow, int node) {
    return new EndedNode(flow.key(node), InstanceState.SKIPPED, null);
  }

  private static void end(Connection connection, List<FlowProgress> flows, ReconcileResult result)
      throws SQLException {
    Map<FlowProgress, InstanceState> ended = new LinkedHashMap<>();
    for (FlowProgress flow : flows) {
      InstanceState end = flow.decide().end();
      if (end != null && flow.waiting().isEmpty()) {
        ended.put(flow, end);
      }
    }
    Map<NodeKey, String> results =
        FlowStore.results(
            connection,
            ended.keySet().stream()
                .filter(flow -> flow.plan().result() != null)
                .map(FlowReconciler::resultNode)
                .toList());
    Map<NodeKey, String> causes =
        FlowStore.errors(
            connection,
            ended.keySet().stream()
                .filter(flow -> ended.get(flow) == InstanceState.FAILED)
                .map(FlowProgress::firstFailed)
                .toList());
    ended.forEach(
        (flow, state) -> {
          String error =
              state == InstanceState.FAILED ? flow.error(causes.get(flow.firstFailed())) : null;
          result.end(flow.parent(), new ParentEnd(state, error, results.get(resultNode(flow))));
        });
  }

  private static NodeKey resultNode(FlowProgress flow) {
    return new NodeKey(flow.parent().id(), flow.plan().result());
  }
}
