package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Formats a node of a flow as text. */
final class NodeText {
  private NodeText() {}

  /** Returns one character for the state of a node. */
  static String sign(JsonNode node) {
    return switch (InstanceText.text(node, "state")) {
      case "SUCCEEDED" -> "✓";
      case "FAILED", "TIMED_OUT" -> "✗";
      case "CANCELED" -> "■";
      case "SKIPPED" -> "–";
      case "RUNNING" -> "▶";
      default -> "○";
    };
  }

  /** Returns what a node waits for, why it was skipped, or how it ended. */
  static String detail(JsonNode node, FlowNodes flow) {
    return switch (InstanceText.text(node, "state")) {
      case "WAITING" -> waiting(node, flow);
      case "RUNNING" -> inner(node);
      case "SKIPPED" -> skipped(node);
      case "SUCCEEDED" ->
          join(
              node.path("reused").asBoolean() ? "reused" : "",
              InstanceText.text(node, "result"),
              inner(node));
      default ->
          join(
              InstanceText.outcome(node),
              node.path("continueOnFailure").asBoolean() ? "the flow continues" : "",
              inner(node));
    };
  }

  private static String waiting(JsonNode node, FlowNodes flow) {
    if (node.hasNonNull("instance")) {
      return "its run waits: "
          + (node.hasNonNull("waitingFor")
              ? ReasonText.waiting(node)
              : "./orrery get " + InstanceText.text(node, "instance"));
    }
    List<String> needs = flow.unendedNeeds(node);
    return needs.isEmpty()
        ? "starts next, unless the flow is paused"
        : "waits for " + String.join(", ", needs);
  }

  private static String skipped(JsonNode node) {
    if (node.hasNonNull("endReason")) {
      return ReasonText.end(node);
    }
    return InstanceText.text(node, "skippedBecause");
  }

  /** Returns the command that shows the nodes or parts of a run; empty if it has none. */
  private static String inner(JsonNode node) {
    // No worker starts a flow or a parent of parts.
    return node.hasNonNull("worker") || !node.hasNonNull("startedAt")
        ? ""
        : "./orrery tree " + InstanceText.text(node, "instance");
  }

  private static String join(String... texts) {
    return Stream.of(texts).filter(text -> !text.isEmpty()).collect(Collectors.joining("; "));
  }
}
