package dev.orrery.scheduler.flow;

import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.FlowNode.When;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.util.List;
import java.util.Map;

/**
 * Explains in words why a node was skipped, from the same states by which {@link FlowDecision}
 * decided. This is a pure rule.
 *
 * @param nodes by name, all nodes of the flow
 * @param states by name, the state of each node
 * @param stopped whether the flow was canceled or timed out
 */
record SkipReason(Map<String, FlowNode> nodes, Map<String, InstanceState> states, boolean stopped) {
  private static final String STOPPED = "the flow stopped before";

  String of(FlowNode node) {
    List<String> needs = node.needs();
    boolean undecided =
        stopped
            && (node.when() == When.ENDED
                ? needs.stream().allMatch(this::wasSkipped)
                : !needs.stream().allMatch(this::hasSucceeded));
    if (node.when() == When.FAILED && needs.stream().noneMatch(this::hasFailed)) {
      return undecided ? STOPPED : "runs only if " + String.join(" or ", needs) + " fails";
    }
    if (node.when() == When.SUCCEEDED) {
      List<String> failed =
          needs.stream()
              .filter(need -> hasFailed(need) && !nodes.get(need).continueOnFailure())
              .toList();
      if (!failed.isEmpty()) {
        return String.join(", ", failed) + " did not succeed";
      }
      if (!needs.isEmpty() && needs.stream().allMatch(this::wasSkipped)) {
        return String.join(", ", needs) + (needs.size() == 1 ? " was skipped" : " were skipped");
      }
    }
    FlowNode.Condition condition = node.condition();
    return condition == null || undecided
        ? STOPPED
        : "runs only if %s returns %s"
            .formatted(condition.node(), String.join(" or ", condition.result()));
  }

  private boolean hasFailed(String node) {
    return switch (states.get(node)) {
      case FAILED, TIMED_OUT, CANCELED -> true;
      default -> false;
    };
  }

  private boolean hasSucceeded(String node) {
    return states.get(node) == InstanceState.SUCCEEDED;
  }

  private boolean wasSkipped(String node) {
    return states.get(node) == InstanceState.SKIPPED;
  }
}
