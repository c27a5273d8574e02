package dev.orrery.scheduler.parent;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.FlowNode;
import dev.orrery.scheduler.instance.InstanceService;
import dev.orrery.scheduler.instance.InstanceState;
import dev.orrery.scheduler.job.JobVersion;
import dev.orrery.scheduler.job.JobVersionCache;
import dev.orrery.scheduler.job.JobVersionKey;
import dev.orrery.scheduler.job.document.ParameterRules;
import dev.orrery.scheduler.parent.FlowDecision.NodeState;
import dev.orrery.scheduler.parent.FlowStore.EndedNode;
import dev.orrery.scheduler.parent.FlowStore.NewNode;
import dev.orrery.scheduler.parent.FlowStore.NodeKey;
import dev.orrery.scheduler.parent.FlowStore.StartedNode;
import dev.orrery.scheduler.parent.FlowStore.StoredFlow;
import dev.orrery.scheduler.parent.FlowStore.StoredNode;
import dev.orrery.scheduler.parent.LookResult.ParentEnd;
import dev.orrery.scheduler.parent.NodeParameters.UnfilledException;
import dev.orrery.scheduler.parent.ParentStore.AwaitingParent;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Moves flows on: starts and skips their nodes, stops them, or ends them. */
@ApplicationScoped
class FlowLook {
  private final JobVersionCache versions;
  private final InstanceService instances;
  private final ObjectMapper json;
  private final NodeParameters parameters;

  FlowLook(JobVersionCache versions, InstanceService instances, ObjectMapper json) {
    this.versions = versions;
    this.instances = instances;
    this.json = json;
    this.parameters = new NodeParameters(json);
  }

  /** Returns the flow of a version; empty if it has none, or another release wrote it. */
  static Optional<FlowPlan> plan(JobVersion version) {
    return version.isReadable()
        ? version
            .document()
            .flowIfAny()
            .map(flow -> FlowPlan.of(flow, version.document().parameters()))
        : Optional.empty();
  }

  /** Looks at flows whose rows the caller has locked. */
  void look(Connection connection, List<AwaitingParent> parents, LookResult result)
      throws SQLException {
    List<AwaitingParent> first = first(parents);
    parents.stream().skip(first.size()).forEach(result::lookAgainAt);
    List<EndedNode> endedNodes = new ArrayList<>();
    List<FlowProgress> running = new ArrayList<>();
    for (FlowProgress flow : read(connection, first)) {
      if (flow.ending() == null || flow.hasSucceeded()) {
        running.add(flow);
      } else if (flow.has(NodeState.STARTED)) {
        result.stop(flow.parent(), flow.ending(), flow.parent().cancelReason());
      } else {
        flow.waiting().forEach(node -> endedNodes.add(skipped(flow, node)));
        end(flow, flow.ending(), null, result);
      }
    }
    startNodes(connection, running, endedNodes, result);
    FlowStore.end(connection, endedNodes);
    end(connection, running, result);
  }

  /** Returns the flows of which one transaction reads the nodes: at least one. */
  private static List<AwaitingParent> first(List<AwaitingParent> flows) {
    int nodes = 0;
    int count = 0;
    while (count < flows.size() && nodes < ParentLimits.NODES_READ_AT_ONCE) {
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
            parents.stream().map(flow -> flow.flow().version()).collect(Collectors.toSet()),
            FlowLook::plan);
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
   * A node to start.
   *
   * @param used the nodes whose results its parameters use
   */
  private record Wanted(FlowProgress flow, int position, Set<String> used) {
    private static Wanted of(FlowProgress flow, int position) {
      return new Wanted(flow, position, NodeParameters.used(flow.node(position)));
    }

    /** The node, and the results that are read for it. */
    int cost() {
      return 1 + used.size();
    }

    NodeKey key() {
      return flow.key(position);
    }

    FlowNode node() {
      return flow.node(position);
    }

    NodeKey need(String name) {
      return new NodeKey(flow.parent().id(), name);
    }
  }

  /** Starts and skips nodes, until nothing more follows from those that failed at once. */
  private void startNodes(
      Connection connection,
      List<FlowProgress> flows,
      List<EndedNode> endedNodes,
      LookResult result)
      throws SQLException {
    int room = ParentLimits.NODES_AT_ONCE;
    List<FlowProgress> open = flows;
    while (!open.isEmpty()) {
      Map<NodeKey, Wanted> wanted = new LinkedHashMap<>();
      for (FlowProgress flow : open) {
        FlowDecision decision = flow.decide();
        if (flow.flow().paused() && !decision.start().isEmpty()) {
          continue;
        }
        for (int node : decision.skip()) {
          flow.set(node, NodeState.SKIPPED);
          endedNodes.add(skipped(flow, node));
        }
        for (int position : decision.start()) {
          Wanted node = Wanted.of(flow, position);
          if (node.cost() > room) {
            result.lookAgainAt(flow.parent());
          } else {
            room -= node.cost();
            flow.set(position, NodeState.STARTED);
            wanted.put(node.key(), node);
          }
        }
      }
      List<EndedNode> failed = start(connection, wanted, result);
      endedNodes.addAll(failed);
      List<Wanted> notStarted = failed.stream().map(node -> wanted.get(node.key())).toList();
      notStarted.forEach(node -> node.flow().set(node.position(), NodeState.FAILED));
      open = notStarted.stream().map(Wanted::flow).distinct().toList();
    }
  }

  private static EndedNode skipped(FlowProgress flow, int node) {
    return new EndedNode(flow.key(node), InstanceState.SKIPPED, null);
  }

  /** Returns the nodes that cannot start. */
  private List<EndedNode> start(
      Connection connection, Map<NodeKey, Wanted> wanted, LookResult result) throws SQLException {
    List<EndedNode> failed = new ArrayList<>();
    List<NewNode> nodes = new ArrayList<>();
    Map<NodeKey, String> results = FlowStore.results(connection, used(wanted.values()));
    wanted.forEach(
        (key, node) -> {
          try {
            nodes.add(newNode(node, results));
          } catch (UnfilledException e) {
            failed.add(failed(key, e.getMessage()));
          }
        });
    for (StartedNode started : FlowStore.start(connection, nodes)) {
      if (started.hasRun()) {
        if (!started.blocked()) {
          result.addReadyLanes(List.of(started.laneId()));
        } else if (started.limited()) {
          result.addLimitedJob(started.jobId());
        }
      } else {
        String job = wanted.get(started.key()).node().job();
        failed.add(failed(started.key(), noRun(started, job)));
      }
    }
    return failed;
  }

  private static EndedNode failed(NodeKey key, String error) {
    return new EndedNode(key, InstanceState.FAILED, error);
  }

  private static String noRun(StartedNode node, String job) {
    if (node.inItself()) {
      return "its job '%s' is a flow that waits for this node".formatted(job);
    }
    return node.tooDeep()
        ? "its job '%s' is a flow, and flows nest at most %d deep"
            .formatted(job, ParentLimits.FLOW_DEPTH)
        : "there is no job '%s'".formatted(job);
  }

  private static List<NodeKey> used(Collection<Wanted> wanted) {
    return wanted.stream()
        .flatMap(node -> node.used().stream().map(node::need))
        .distinct()
        .toList();
  }

  private NewNode newNode(Wanted wanted, Map<NodeKey, String> results) throws UnfilledException {
    FlowNode node = wanted.node();
    StoredFlow stored = wanted.flow().flow();
    Map<String, String> own = Map.of();
    if (!node.parameters().isEmpty()) {
      Map<String, String> resultsByName = new HashMap<>();
      for (String need : node.needs()) {
        resultsByName.put(need, results.get(wanted.need(need)));
      }
      own =
          parameters.fill(
              node,
              new NodeParameters.Values(
                  resultsByName,
                  ParameterRules.merge(
                      wanted.flow().plan().parameters(),
                      instances.ownParameters(stored.parameters()).orElse(Map.of())),
                  stored.fireTime()));
    }
    return new NewNode(
        wanted.key(), node.job(), ParameterRules.text(own, json), stored.appId(), stored.depth());
  }

  private static void end(Connection connection, List<FlowProgress> flows, LookResult result)
      throws SQLException {
    Map<FlowProgress, FlowDecision.End> ended = new LinkedHashMap<>();
    for (FlowProgress flow : flows) {
      FlowDecision.End end = flow.decide().end();
      if (end != null && flow.waiting().isEmpty()) {
        ended.put(flow, end);
      }
    }
    Map<NodeKey, String> results =
        FlowStore.results(
            connection,
            ended.keySet().stream()
                .filter(flow -> flow.plan().result() != null)
                .map(FlowLook::resultNode)
                .toList());
    ended.forEach(
        (flow, end) ->
            end(
                flow,
                end == FlowDecision.End.SUCCEEDED ? InstanceState.SUCCEEDED : InstanceState.FAILED,
                results.get(resultNode(flow)),
                result));
  }

  private static void end(
      FlowProgress flow, InstanceState state, String flowResult, LookResult result) {
    String error = state == InstanceState.FAILED ? flow.error() : null;
    result.end(flow.parent(), new ParentEnd(state, error, flowResult));
  }

  private static NodeKey resultNode(FlowProgress flow) {
    return new NodeKey(flow.parent().id(), flow.plan().result());
  }
}
