package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.view.TableCell;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares successive states of an instance tree, and describes each change in a line. */
final class TreeChanges {
  private final String id;
  private final Set<String> failed = new HashSet<>();
  private final Map<String, String> states = new HashMap<>();
  private String summary = "";
  private boolean full;

  TreeChanges(String id) {
    this.id = id;
  }

  /**
   * Returns a line for each newly failed part and for each node whose state has changed, then one
   * for the instance if its state or its counts have changed. After {@link InstanceTree#MAX_PARTS}
   * failed parts, names the command that lists them.
   */
  List<String> since(InstanceTree tree) {
    List<String> lines = new ArrayList<>();
    for (JsonNode part : tree.failedParts()) {
      if (failed.size() < InstanceTree.MAX_PARTS && failed.add(InstanceText.text(part, "id"))) {
        lines.add(describe(part));
      }
    }
    for (JsonNode node : tree.nodes().all()) {
      String state = InstanceText.text(node, "state");
      String before = states.put(InstanceText.text(node, "name"), state);
      if (!state.equals(before) && !state.equals("WAITING")) {
        lines.add(describe(node, tree.nodes()));
      }
    }
    int count = tree.instance().path("parts").path("failed").asInt();
    if (!full && count > InstanceTree.MAX_PARTS) {
      full = true;
      lines.add("More parts failed: ./orrery parts " + id + " --failed");
    }
    String now = summary(tree.instance());
    if (!now.equals(summary)) {
      summary = now;
      lines.add(now);
    }
    return lines;
  }

  private static String describe(JsonNode part) {
    return TableCell.of(
            "part "
                + InstanceText.text(part, "part")
                + " ("
                + InstanceText.text(part, "id")
                + ") "
                + InstanceText.text(part, "state")
                + ": "
                + InstanceText.outcome(part))
        .text();
  }

  private static String describe(JsonNode node, FlowNodes flow) {
    String instance = InstanceText.text(node, "instance");
    String detail = NodeText.detail(node, flow);
    return TableCell.of(
            "node "
                + InstanceText.text(node, "name")
                + (instance.isEmpty() ? "" : " (" + instance + ")")
                + " "
                + InstanceText.text(node, "state")
                + (detail.isEmpty() ? "" : ": " + detail))
        .text();
  }

  private static String ending(JsonNode flow) {
    String ending = InstanceText.text(flow.path("nodes"), "ending");
    return ending.isEmpty() ? "" : "; ending: " + ending;
  }

  private static String summary(JsonNode instance) {
    String error = InstanceText.text(instance, "error");
    return TableCell.of(
            InstanceText.text(instance, "state")
                + (instance.hasNonNull("waitingFor") ? ", " + ReasonText.waiting(instance) : "")
                + (instance.hasNonNull("parts")
                    ? " " + CountsText.ofParts(instance.path("parts")).full()
                    : "")
                + (instance.hasNonNull("nodes")
                    ? " " + CountsText.ofNodes(instance.path("nodes")).full() + ending(instance)
                    : "")
                + (error.isEmpty() ? "" : "; " + error))
        .text();
  }
}
