package dev.orrery.scheduler.parent;

import dev.orrery.protocol.FlowNode.When;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a flow does next: the nodes to start, and those to skip. This is a pure rule. A flow has
 * ended when all its nodes have; it never waits for a node that cannot start.
 *
 * @param start positions of nodes, in their order
 * @param skip positions of nodes, in their order; nodes that need them are decided, too
 * @param end the end of the flow; null while nodes run, or are to start
 */
record FlowDecision(List<Integer> start, List<Integer> skip, End end) {

  /** How a flow ends. */
  enum End {
    SUCCEEDED,
    FAILED
  }

  /** The state of a node. */
  enum NodeState {
    WAITING,
    STARTED,
    SUCCEEDED,
    /** Or timed out, or canceled, or its job was missing. */
    FAILED,
    SKIPPED;

    private boolean hasEnded() {
      return this != WAITING && this != STARTED;
    }
  }

  /**
   * A further condition of a node.
   *
   * @param node the position of a node that it needs, which must have succeeded
   * @param results of which that node must have returned one
   */
  record Condition(int node, Set<String> results) {}

  /**
   * A node of a document.
   *
   * @param needs positions of earlier nodes: a document lists its nodes in topological order
   * @param condition null if there is none
   * @param continueOnFailure whether the flow can succeed, and nodes that need this one start, as
   *     if it had not failed
   */
  record Node(List<Integer> needs, When when, Condition condition, boolean continueOnFailure) {}

  /**
   * What is known of a node.
   *
   * @param result null if it returned none, or has not succeeded
   */
  record Known(NodeState state, String result) {}

  /**
   * Decides for a flow that nobody stops.
   *
   * @param nodes in topological order
   * @param known by position
   */
  static FlowDecision of(List<Node> nodes, List<Known> known) {
    List<NodeState> states = new ArrayList<>(known.stream().map(Known::state).toList());
    List<Integer> start = new ArrayList<>();
    List<Integer> skip = new ArrayList<>();
    for (int position = 0; position < nodes.size(); position++) {
      Node node = nodes.get(position);
      if (states.get(position) != NodeState.WAITING
          || !node.needs().stream().allMatch(need -> states.get(need).hasEnded())) {
        continue;
      }
      if (starts(node, nodes, states) && meets(node.condition(), states, known)) {
        start.add(position);
        states.set(position, NodeState.STARTED);
      } else {
        skip.add(position);
        states.set(position, NodeState.SKIPPED);
      }
    }
    return new FlowDecision(start, skip, end(nodes, states));
  }

  /**
   * Returns the nodes that a retry keeps: those that a new flow would start, and that succeeded.
   * What followed a node that did not succeed is decided again.
   *
   * @param before by position, when the flow that is retried ended
   */
  static Set<Integer> kept(List<Node> nodes, List<Known> before) {
    List<Known> known =
        nodes.stream()
            .map(node -> new Known(NodeState.WAITING, null))
            .collect(Collectors.toCollection(ArrayList::new));
    Set<Integer> kept = new HashSet<>();
    int found;
    do {
      found = kept.size();
      FlowDecision decision = of(nodes, known);
      decision.skip().forEach(node -> known.set(node, new Known(NodeState.SKIPPED, null)));
      for (int node : decision.start()) {
        boolean keeps = before.get(node).state() == NodeState.SUCCEEDED;
        known.set(node, keeps ? before.get(node) : new Known(NodeState.STARTED, null));
        if (keeps) {
          kept.add(node);
        }
      }
    } while (kept.size() > found);
    return kept;
  }

  private static boolean starts(Node node, List<Node> nodes, List<NodeState> states) {
    return switch (node.when()) {
      case ALWAYS -> true;
      case FAILED -> node.needs().stream().anyMatch(need -> states.get(need) == NodeState.FAILED);
      case SUCCEEDED ->
          node.needs().stream().noneMatch(need -> stops(nodes.get(need), states.get(need)))
              && (node.needs().isEmpty()
                  || node.needs().stream().anyMatch(need -> states.get(need) != NodeState.SKIPPED));
    };
  }

  private static boolean stops(Node node, NodeState state) {
    return state == NodeState.FAILED && !node.continueOnFailure();
  }

  private static boolean meets(Condition condition, List<NodeState> states, List<Known> known) {
    return condition == null
        || (states.get(condition.node()) == NodeState.SUCCEEDED
            && known.get(condition.node()).result() != null
            && condition.results().contains(known.get(condition.node()).result()));
  }

  private static End end(List<Node> nodes, List<NodeState> states) {
    if (!states.stream().allMatch(NodeState::hasEnded)) {
      return null;
    }
    for (int position = 0; position < nodes.size(); position++) {
      if (stops(nodes.get(position), states.get(position))) {
        return End.FAILED;
      }
    }
    return End.SUCCEEDED;
  }
}
