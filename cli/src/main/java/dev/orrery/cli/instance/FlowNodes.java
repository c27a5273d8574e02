package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/** The nodes of a flow in the order of its document, with the dependencies between them. */
final class FlowNodes {
  private final Map<String, JsonNode> byName = new LinkedHashMap<>();
  private final Map<String, Integer> layers = new HashMap<>();

  FlowNodes(Iterable<JsonNode> nodes) {
    nodes.forEach(node -> byName.put(InstanceText.text(node, "name"), node));
    byName.keySet().forEach(name -> layer(name, new HashSet<>()));
  }

  List<JsonNode> all() {
    return new ArrayList<>(byName.values());
  }

  /** Returns 0 for a node without needs, otherwise one more than the highest layer of its needs. */
  int layer(JsonNode node) {
    return layers.getOrDefault(InstanceText.text(node, "name"), 0);
  }

  static List<String> needs(JsonNode node) {
    return texts(node.path("needs"));
  }

  static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  /** Returns the needs of a node that have not ended. */
  List<String> unendedNeeds(JsonNode node) {
    return needs(node).stream().filter(need -> !hasEnded(state(need))).toList();
  }

  private static boolean hasEnded(String state) {
    return !state.equals("WAITING") && !state.equals("RUNNING");
  }

  private String state(String name) {
    JsonNode node = byName.get(name);
    return node == null ? "WAITING" : InstanceText.text(node, "state");
  }

  /**
   * @param below the nodes on the path to this one, to detect a cycle
   */
  private int layer(String name, Set<String> below) {
    Integer known = layers.get(name);
    if (known != null) {
      return known;
    }
    JsonNode node = byName.get(name);
    if (node == null || !below.add(name)) {
      return -1;
    }
    int layer = 1 + needs(node).stream().mapToInt(need -> layer(need, below)).max().orElse(-1);
    below.remove(name);
    layers.put(name, layer);
    return layer;
  }
}
