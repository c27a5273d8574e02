package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.StringJoiner;

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
    String instance = InstanceText.text(node, "instance");
    return switch (InstanceText.text(node, "state")) {
      case "WAITING" -> waiting(node, flow, instance);
      // Workers run neither flows nor parents of parts.
      case "RUNNING" ->
          node.hasNonNull("worker") || instance.isEmpty() ? "" : "./orrery tree " + instance;
      case "SKIPPED" -> skipped(node, flow);
      case "SUCCEEDED" ->
          join(node.path("reused").asBoolean() ? "reused" : "", InstanceText.text(node, "result"));
      default ->
          join(
              InstanceText.outcome(node),
              node.path("continueOnFailure").asBoolean() ? "the flow continues" : "");
    };
  }

  private static String waiting(JsonNode node, FlowNodes flow, String instance) {
    if (!instance.isEmpty()) {
      return "its run waits: ./orrery get " + instance;
    }
    List<String> needs = flow.unendedNeeds(node);
    return needs.isEmpty() ? "" : "waits for " + String.join(", ", needs);
  }

  private static String skipped(JsonNode node, FlowNodes flow) {
    if (node.hasNonNull("endReason")) {
      return EndReasonText.of(InstanceText.text(node, "endReason"));
    }
    String when = InstanceText.text(node, "when");
    List<String> needs = FlowNodes.needs(node);
    if (when.equals("failed")) {
      return "runs only if " + String.join(" or ", needs) + " fails";
    }
    List<String> failed = flow.failedNeeds(node);
    if (when.equals("succeeded") && !failed.isEmpty()) {
      return String.join(", ", failed) + " did not succeed";
    }
    if (when.equals("succeeded") && !needs.isEmpty() && flow.areNeedsSkipped(node)) {
      return String.join(", ", needs) + " skipped";
    }
    if (node.hasNonNull("if")) {
      return "runs only if "
          + InstanceText.text(node.path("if"), "node")
          + " returns "
          + String.join(" or ", FlowNodes.texts(node.path("if").path("result")));
    }
    return "";
  }

  private static String join(String first, String second) {
    StringJoiner both = new StringJoiner("; ");
    for (String text : new String[] {first, second}) {
      if (!text.isEmpty()) {
        both.add(text);
      }
    }
    return both.toString();
  }
}
