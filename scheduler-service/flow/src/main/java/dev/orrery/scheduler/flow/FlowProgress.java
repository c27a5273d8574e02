package dev.orrery.scheduler.flow;

import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.FlowNode.When;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.ResultText;
import dev.orrery.scheduler.flow.FlowDecision.Known;
import dev.orrery.scheduler.flow.FlowDecision.NodeState;
import dev.orrery.scheduler.flow.FlowDecision.Phase;
import dev.orrery.scheduler.flow.FlowStore.NodeKey;
import dev.orrery.scheduler.flow.FlowStore.StoredFlow;
import dev.orrery.scheduler.flow.FlowStore.StoredNode;
import dev.orrery.scheduler.flow.ParentStore.AwaitingParent;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceId;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The state of a flow during one reconciliation, with the decisions so far. Not thread-safe. */
final class FlowProgress {
  /** The maximum number of nodes that an error names. */
  private static final int MAX_NAMED = 5;

  private final AwaitingParent parent;
  private final FlowPlan plan;
  private final List<Known> known;

  /** The runs by position; null for a node that has none, or that this reconciliation starts. */
  private final List<Long> runs;

  /** Without the nodes that run after the end of the flow. */
  private final List<String> canceled;

  /**
   * @param nodes by name
   */
  FlowProgress(AwaitingParent parent, FlowPlan plan, Map<String, StoredNode> nodes) {
    this.parent = parent;
    this.plan = plan;
    this.known = new ArrayList<>(known(plan, nodes));
    this.runs = plan.nodes().stream().map(node -> nodes.get(node.name()).run()).toList();
    this.canceled =
        plan.nodes().stream()
            .filter(node -> node.when() != When.ENDED)
            .map(FlowNode::name)
            .filter(node -> nodes.get(node).state() == InstanceState.CANCELED)
            .toList();
  }

  /** Returns the states and results of the nodes, in the order of the plan. */
  static List<Known> known(FlowPlan plan, Map<String, StoredNode> nodes) {
    return plan.nodes().stream()
        .map(node -> nodes.get(node.name()))
        .map(node -> new Known(state(node.state()), node.result()))
        .toList();
  }

  private static NodeState state(InstanceState state) {
    return switch (state) {
      case SCHEDULED -> NodeState.WAITING;
      case RUNNING -> NodeState.STARTED;
      case SUCCEEDED -> NodeState.SUCCEEDED;
      case SKIPPED -> NodeState.SKIPPED;
      case FAILED, TIMED_OUT, CANCELED -> NodeState.FAILED;
      case READY, BLOCKED, AWAITING -> throw new IllegalArgumentException(state.name());
    };
  }

  AwaitingParent parent() {
    return parent;
  }

  StoredFlow flow() {
    return parent.flow();
  }

  FlowPlan plan() {
    return plan;
  }

  FlowNode node(int position) {
    return plan.nodes().get(position);
  }

  NodeKey key(int position) {
    return new NodeKey(parent.id(), node(position).name());
  }

  void set(int position, NodeState state) {
    known.set(position, new Known(state, known.get(position).result()));
  }

  /** Says that the result is cut which the condition of a node compares; empty for others. */
  Optional<String> cutCondition(int position) {
    FlowNode.Condition condition = node(position).condition();
    if (condition == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(known.get(plan.rules().get(position).condition().node()).result())
        .flatMap(ResultText::cutInWords)
        .map(cut -> "its condition needs the result of '" + condition.node() + "', which " + cut);
  }

  FlowDecision decide() {
    if (!isEnding()) {
      return FlowDecision.of(plan.rules(), known, Phase.GOES_ON);
    }
    return FlowDecision.of(plan.rules(), known, flow().endsNow() ? Phase.ENDS_NOW : Phase.ENDING);
  }

  private boolean has(NodeState state) {
    return known.stream().anyMatch(node -> node.state() == state);
  }

  List<Integer> waiting() {
    return positions(NodeState.WAITING);
  }

  private List<Integer> positions(NodeState state) {
    return IntStream.range(0, known.size())
        .filter(position -> known.get(position).state() == state)
        .boxed()
        .toList();
  }

  /**
   * Returns true if the flow succeeds, although a cancel or its time-out may have come shortly
   * before. After a reconciliation has stopped the flow, a failed node prevents that even with
   * {@code continueOnFailure}, because the stop may have canceled it.
   */
  private boolean hasSucceeded() {
    return waiting().isEmpty()
        && FlowDecision.of(plan.rules(), known, Phase.GOES_ON).end() == InstanceState.SUCCEEDED
        && (flow().ending() == null || !has(NodeState.FAILED));
  }

  /** Returns true if the flow was canceled or timed out, and has not succeeded nevertheless. */
  boolean isEnding() {
    return ending() != null && !hasSucceeded();
  }

  /** Returns the runs to cancel in a flow that is ending, by the reason. */
  Map<EndReason, Set<Long>> toCancel() {
    return positions(NodeState.STARTED).stream()
        .filter(node -> runs.get(node) != null)
        .filter(node -> flow().endsNow() || node(node).when() != When.ENDED || isOverdue(node))
        .collect(
            Collectors.groupingBy(
                this::cancelReason, Collectors.mapping(runs::get, Collectors.toSet())));
  }

  private EndReason cancelReason(int position) {
    if (!flow().endsNow() && isOverdue(position)) {
      return EndReason.NODE_TIMED_OUT;
    }
    return parent.canceled() == null && ending() == InstanceState.TIMED_OUT
        ? EndReason.FLOW_TIMED_OUT
        : parent.cancelReason();
  }

  private boolean isOverdue(int position) {
    if (node(position).when() != When.ENDED) {
      return false;
    }
    Instant started = InstanceId.createdAt(runs.get(position));
    Instant from = started.isAfter(flow().endsAt()) ? started : flow().endsAt();
    return !from.plus(Duration.parse(node(position).timeout())).isAfter(flow().now());
  }

  /** Returns the state in which a canceled or timed-out flow ends; null for other flows. */
  InstanceState ending() {
    if (flow().ending() != null) {
      return flow().ending();
    }
    if (parent.canceled() != null) {
      return InstanceState.CANCELED;
    }
    return flow().overdue() ? InstanceState.TIMED_OUT : null;
  }

  /** Returns the first node that fails the flow; none fails one that has not FAILED. */
  NodeKey firstFailed() {
    return new NodeKey(parent.id(), failed().get(0));
  }

  /**
   * Returns the error of a flow that FAILED.
   *
   * @param cause the error of {@link #firstFailed}; null if it has none
   */
  String error(String cause) {
    List<String> failed = new ArrayList<>(failed());
    if (cause != null) {
      failed.set(0, failed.get(0) + " (" + cause + ")");
    }
    return BoundedText.truncateUtf8(
        "%d of %d nodes failed: %s".formatted(failed.size(), known.size(), names(failed)),
        MessageLimits.MAX_ERROR_BYTES);
  }

  /** Returns the error of a flow that TIMED_OUT, which names the nodes that it waited for. */
  String timeoutError() {
    if (!canceled.isEmpty()) {
      return "the flow did not end within its timeout, which canceled " + names(canceled);
    }
    List<String> waiting = waiting().stream().map(node -> node(node).name()).toList();
    return "the flow did not end within its timeout"
        + (waiting.isEmpty() ? "" : "; these nodes did not start: " + names(waiting));
  }

  private static String names(List<String> nodes) {
    return nodes.stream().limit(MAX_NAMED).collect(Collectors.joining(", "))
        + (nodes.size() > MAX_NAMED ? ", …" : "");
  }

  private List<String> failed() {
    return positions(NodeState.FAILED).stream()
        .filter(position -> !node(position).continueOnFailure())
        .map(position -> node(position).name())
        .toList();
  }
}
