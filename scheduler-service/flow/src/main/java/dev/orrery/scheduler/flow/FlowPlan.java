package dev.orrery.scheduler.flow;

import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.model.job.JobVersion;
import dev.orrery.scheduler.model.job.document.FlowShape;
import dev.orrery.scheduler.model.job.document.FlowShape.CycleException;
import dev.orrery.scheduler.model.job.document.JobDocument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The nodes of a flow in the form that {@link FlowDecision} needs.
 *
 * @param nodes in topological order
 * @param rules the same nodes, with positions instead of names
 * @param result the name of the node whose result becomes the result of the flow; null if none does
 * @param parameters of the job
 */
record FlowPlan(
    List<FlowNode> nodes,
    List<FlowDecision.Node> rules,
    String result,
    Map<String, String> parameters) {
  FlowPlan {
    parameters = Map.copyOf(parameters);
    nodes = List.copyOf(nodes);
    rules = List.copyOf(rules);
  }

  /** Returns the plan of a flow; empty if the job is not a flow, or this release cannot read it. */
  static Optional<FlowPlan> of(JobVersion version) {
    JobDocument job = version.document();
    return job.flowIfAny().map(flow -> of(flow, job.parameters()));
  }

  /**
   * Returns the plan of a stored document.
   *
   * @throws IllegalStateException if its nodes contain a cycle, which the reader refuses
   */
  static FlowPlan of(ProcessorSpec.Flow flow, Map<String, String> parameters) {
    Map<String, FlowNode> byName =
        flow.nodes().stream().collect(Collectors.toMap(FlowNode::name, Function.identity()));
    List<FlowNode> nodes = order(flow).stream().map(byName::get).toList();
    Map<String, Integer> positions = new HashMap<>();
    List<FlowDecision.Node> rules = new ArrayList<>();
    for (FlowNode node : nodes) {
      rules.add(rule(node, positions));
      positions.put(node.name(), positions.size());
    }
    return new FlowPlan(nodes, rules, flow.result(), parameters);
  }

  private static List<String> order(ProcessorSpec.Flow flow) {
    Map<String, List<String>> needs = new LinkedHashMap<>();
    flow.nodes().forEach(node -> needs.put(node.name(), node.needs()));
    try {
      return FlowShape.of(needs).order();
    } catch (CycleException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FlowDecision.Node rule(FlowNode node, Map<String, Integer> positions) {
    FlowNode.Condition condition = node.condition();
    return new FlowDecision.Node(
        node.needs().stream().map(positions::get).toList(),
        node.when(),
        condition == null
            ? null
            : new FlowDecision.Condition(
                positions.get(condition.node()), new HashSet<>(condition.result())),
        node.continueOnFailure());
  }
}
