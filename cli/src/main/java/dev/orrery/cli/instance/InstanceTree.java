package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.SchedulerClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An instance with the nodes of its flow, or with some of its parts.
 *
 * @param parts those that failed first, then those that are active, then the others
 * @param nodes empty unless this is a flow
 */
record InstanceTree(JsonNode instance, List<JsonNode> parts, FlowNodes nodes) {
  /** The maximum number of parts of a tree; {@code orrery parts} lists all. */
  static final int MAX_PARTS = 20;

  private static final List<String> ORDER = List.of("failed", "active", "all");

  /**
   * Reads a tree.
   *
   * @throws dev.orrery.cli.client.ApiException if the scheduler refuses or does not respond
   */
  static InstanceTree read(SchedulerClient client, String path) {
    JsonNode instance = client.get(path).body();
    // A part that ends between the calls is in two of the lists.
    Map<String, JsonNode> byId = new LinkedHashMap<>();
    if (instance.hasNonNull("parts")) {
      for (String only : ORDER) {
        if (byId.size() < MAX_PARTS) {
          String query = "/parts?only=" + only + "&limit=" + MAX_PARTS;
          for (JsonNode part : client.get(path + query).body().path("items")) {
            byId.putIfAbsent(part.path("id").asText(), part);
          }
        }
      }
    }
    List<JsonNode> parts = new ArrayList<>(byId.values());
    return new InstanceTree(
        instance,
        parts.subList(0, Math.min(MAX_PARTS, parts.size())),
        new FlowNodes(
            instance.hasNonNull("parts") || instance.hasNonNull("part")
                ? List.of()
                : client.get(path + "/nodes").body().path("items")));
  }

  List<JsonNode> failedParts() {
    return parts.stream()
        .filter(part -> InstanceText.isTerminal(part) && !InstanceText.succeeded(part))
        .toList();
  }

  /** Returns the state in which a flow will end, and after which nodes; empty for others. */
  String ending() {
    String ending = InstanceText.text(instance.path("nodes"), "ending");
    List<String> active =
        nodes.all().stream()
            .filter(node -> node.hasNonNull("instance") && !node.hasNonNull("endedAt"))
            .map(node -> InstanceText.text(node, "name"))
            .toList();
    return ending.isEmpty() || active.isEmpty()
        ? ending
        : ending + ", after " + String.join(", ", active);
  }

  /** Returns the number of existing parts that this tree does not have. */
  int further() {
    return Math.max(0, instance.path("parts").path("made").asInt() - parts.size());
  }
}
