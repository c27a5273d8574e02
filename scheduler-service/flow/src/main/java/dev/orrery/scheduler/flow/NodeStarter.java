package dev.orrery.scheduler.flow;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.text.TraceParent;
import dev.orrery.scheduler.flow.FlowStore.EndedNode;
import dev.orrery.scheduler.flow.FlowStore.NewNode;
import dev.orrery.scheduler.flow.FlowStore.NodeKey;
import dev.orrery.scheduler.flow.FlowStore.StartedNode;
import dev.orrery.scheduler.flow.FlowStore.StoredFlow;
import dev.orrery.scheduler.flow.NodeParameters.UnfilledException;
import dev.orrery.scheduler.model.instance.InstanceService;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.document.FlowReader;
import dev.orrery.scheduler.model.job.document.ParameterRules;
import dev.orrery.scheduler.model.job.document.ShardParameters;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Starts nodes: fills in their parameters, and inserts their runs. */
@ApplicationScoped
class NodeStarter {
  private final InstanceService instances;
  private final ObjectMapper json;
  private final NodeParameters parameters;

  NodeStarter(InstanceService instances, ObjectMapper json) {
    this.instances = instances;
    this.json = json;
    this.parameters = new NodeParameters(json);
  }

  /**
   * A node to start.
   *
   * @param used the nodes whose results its parameters use
   */
  record WantedNode(FlowProgress flow, int position, Set<String> used) {
    static WantedNode of(FlowProgress flow, int position) {
      return new WantedNode(flow, position, NodeParameters.used(flow.node(position)));
    }

    /**
     * Counts towards {@link ParentLimits#MAX_NODES_STARTED}: the node, and the results that are
     * read for it.
     */
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

  /**
   * The caller must hold the locks of the flows.
   *
   * @return the nodes that cannot start, as FAILED
   */
  List<EndedNode> start(
      Connection connection, Map<NodeKey, WantedNode> wanted, ReconcileResult result)
      throws SQLException {
    List<EndedNode> failed = new ArrayList<>();
    List<NewNode> nodes = new ArrayList<>();
    Map<NodeKey, String> results = FlowStore.results(connection, used(wanted.values()));
    wanted.forEach(
        (key, node) -> {
          Optional<String> cut = node.flow().cutCondition(node.position());
          if (cut.isPresent()) {
            failed.add(failed(key, cut.get()));
            return;
          }
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
    if (node.setsShards()) {
      return "its parameters name %s or %s, which the fanOut of its job '%s' sets"
          .formatted(ShardParameters.INDEX, ShardParameters.COUNT, job);
    }
    if (node.inItself()) {
      return "its job '%s' is a flow that waits for this node".formatted(job);
    }
    if (node.tooDeep()) {
      return "its job '%s' is a flow, and flows nest at most %d deep"
          .formatted(job, FlowReader.MAX_DEPTH);
    }
    return node.tooMany()
        ? ("its job '%s' is a flow, and a flow has at most %d nodes together with those of the flows"
                + " in it")
            .formatted(job, FlowReader.MAX_ALL_NODES)
        : "there is no job '%s'".formatted(job);
  }

  private static List<NodeKey> used(Collection<WantedNode> wanted) {
    return wanted.stream()
        .flatMap(node -> node.used().stream().map(node::need))
        .distinct()
        .toList();
  }

  private NewNode newNode(WantedNode wanted, Map<NodeKey, String> results)
      throws UnfilledException {
    FlowNode node = wanted.node();
    StoredFlow stored = wanted.flow().flow();
    Map<String, String> ofFlow = instances.ownParameters(stored.parameters()).orElse(Map.of());
    Map<String, String> own = TraceParent.linkOf(ofFlow);
    if (!node.parameters().isEmpty()) {
      Map<String, String> resultsByName = new HashMap<>();
      for (String need : node.needs()) {
        resultsByName.put(need, results.get(wanted.need(need)));
      }
      own =
          ParameterRules.merge(
              own,
              parameters.fill(
                  node,
                  new NodeParameters.Values(
                      resultsByName,
                      ParameterRules.merge(wanted.flow().plan().parameters(), ofFlow),
                      stored.fireTime())));
    }
    return new NewNode(
        wanted.key(),
        node.job(),
        ParameterRules.text(own, json),
        wanted.flow().parent().appId(),
        stored.depth());
  }
}
