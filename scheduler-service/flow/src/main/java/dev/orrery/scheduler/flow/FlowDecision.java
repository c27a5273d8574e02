package dev.orrery.scheduler.flow;

import dev.orrery.protocol.FlowNode.When;
import dev.orrery.protocol.text.ResultText;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which nodes of a flow start and which are skipped. This is a pure rule. A flow ends when
 * all its nodes have ended; it never waits for a node that cannot start.
 *
 * @param start positions of nodes, ascending
 * @param skip positions of nodes, ascending; the decision already covers the nodes that need them
 * @param end SUCCEEDED or FAILED; null until all nodes have ended
 */
record FlowDecision(List<Integer> start, List<Integer> skip, InstanceState end) {

  enum NodeState {
    WAITING,
    STARTED,
    SUCCEEDED,
    /** Also timed out, canceled, or unable to start. */
    FAILED,
    SKIPPED;

    private boolean hasEnded() {
      return this != WAITING && this != STARTED;
    }
  }

  /** Which nodes may start. */
  enum Phase {
    GOES_ON,
    /** The flow was canceled or timed out: only nodes with {@code when: ended} start. */
    ENDING,
    /** It was canceled again: no node starts. */
    ENDS_NOW
  }

  /**
   * The field {@code if} of a node.
   *
   * @param node the position of the need, which must have succeeded
   * @param results the need must have returned one of these; white space at the end does not count
   */
  record Condition(int node, Set<String> results) {
    Condition {
      results = results.stream().map(String::stripTrailing).collect(Collectors.toUnmodifiableSet());
    }

    /** Also true of a cut result: the node starts, and fails for that reason. */
    private boolean isMetBy(String result) {
      return results.contains(result.stripTrailing()) || ResultText.cutInWords(result).isPresent();
    }
  }

  /**
   * The rule of a node.
   *
   * @param needs positions of earlier nodes, in topological order
   * @param condition null if there is none
   * @param continueOnFailure whether the flow can succeed, and nodes that need this one start, as
   *     if it had not failed
   */
  record Node(List<Integer> needs, When when, Condition condition, boolean continueOnFailure) {}

  /**
   * The state and the result of a node.
   *
   * @param result null if it returned none, or has not succeeded
   */
  record Known(NodeState state, String result) {}

  /**
   * Decides for a flow. In one that is ending, a node that will not start is skipped once its needs
   * have ended, so a node that needs it waits for those, too.
   *
   * @param nodes in topological order
   * @param known by position
   */
  static FlowDecision of(List<Node> nodes, List<Known> known, Phase phase) {
    List<NodeState> states = new ArrayList<>(known.stream().map(Known::state).toList());
    List<Integer> start = new ArrayList<>();
    List<Integer> skip = new ArrayList<>();
    for (int position = 0; position < nodes.size(); position++) {
      Node node = nodes.get(position);
      if (states.get(position) != NodeState.WAITING
          || !node.needs().stream().allMatch(need -> states.get(need).hasEnded())) {
        continue;
      }
      if (starts(node, nodes, states, phase) && meets(node.condition(), states, known)) {
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
   * Returns the positions of the nodes that a retry reuses: those that succeeded, do not follow a
   * node that runs again, and do not clean up after the flow ({@code when: ended}).
   *
   * @param before by position, at the end of the retried flow
   */
  static Set<Integer> reused(List<Node> nodes, List<Known> before) {
    List<Known> known =
        nodes.stream()
            .map(node -> new Known(NodeState.WAITING, null))
            .collect(Collectors.toCollection(ArrayList::new));
    Set<Integer> reused = new HashSet<>();
    int found;
    do {
      found = reused.size();
      FlowDecision decision = of(nodes, known, Phase.GOES_ON);
      decision.skip().forEach(node -> known.set(node, new Known(NodeState.SKIPPED, null)));
      for (int node : decision.start()) {
        boolean reuses =
            before.get(node).state() == NodeState.SUCCEEDED && nodes.get(node).when() != When.ENDED;
        known.set(node, reuses ? before.get(node) : new Known(NodeState.STARTED, null));
        if (reuses) {
          reused.add(node);
        }
      }
    } while (reused.size() > found);
    return reused;
  }

  private static boolean starts(Node node, List<Node> nodes, List<NodeState> states, Phase phase) {
    if (phase != Phase.GOES_ON) {
      return phase == Phase.ENDING && node.when() == When.ENDED;
    }
    return switch (node.when()) {
      case ALWAYS, ENDED -> true;
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
            && condition.isMetBy(known.get(condition.node()).result()));
  }

  private static InstanceState end(List<Node> nodes, List<NodeState> states) {
    if (!states.stream().allMatch(NodeState::hasEnded)) {
      return null;
    }
    for (int position = 0; position < nodes.size(); position++) {
      if (stops(nodes.get(position), states.get(position))) {
        return InstanceState.FAILED;
      }
    }
    return InstanceState.SUCCEEDED;
  }
}
