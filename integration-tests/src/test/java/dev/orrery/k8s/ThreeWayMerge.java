package dev.orrery.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The merge of a client-side {@code kubectl apply}: removes fields that were applied before and are
 * missing from the manifest, sets the fields of the manifest, and keeps the rest of the live
 * object. Merges lists of containers, variables, ports and volumes by their keys; other lists are
 * replaced.
 */
final class ThreeWayMerge {
  private static final Map<String, String> KEYS =
      Map.of(
          "containers", "name",
          "env", "name",
          "ports", "containerPort",
          "volumes", "name",
          "volumeMounts", "mountPath");

  private ThreeWayMerge() {}

  static ObjectNode merge(JsonNode last, ObjectNode wanted, ObjectNode live) {
    ObjectNode merged = live.deepCopy();
    List<String> gone = new ArrayList<>();
    last.properties().forEach(entry -> gone.add(entry.getKey()));
    gone.removeIf(wanted::has);
    merged.remove(gone);
    wanted
        .properties()
        .forEach(
            entry -> {
              String field = entry.getKey();
              merged.set(
                  field, value(field, last.path(field), entry.getValue(), merged.path(field)));
            });
    return merged;
  }

  private static JsonNode value(String field, JsonNode last, JsonNode wanted, JsonNode live) {
    if (wanted instanceof ObjectNode to && live instanceof ObjectNode present) {
      return merge(last, to, present);
    }
    if (wanted instanceof ArrayNode to && live instanceof ArrayNode present) {
      String key = field.equals("ports") && to.path(0).has("port") ? "port" : KEYS.get(field);
      if (key != null) {
        return elements(key, last, to, present);
      }
    }
    return wanted.deepCopy();
  }

  private static ArrayNode elements(String key, JsonNode last, ArrayNode wanted, ArrayNode live) {
    ArrayNode merged = wanted.arrayNode();
    for (JsonNode element : wanted) {
      JsonNode present = find(live, key, element.get(key));
      merged.add(
          present instanceof ObjectNode object
              ? merge(find(last, key, element.get(key)), (ObjectNode) element, object)
              : element.deepCopy());
    }
    for (JsonNode element : live) {
      boolean wasApplied = !find(last, key, element.get(key)).isMissingNode();
      if (find(wanted, key, element.get(key)).isMissingNode() && !wasApplied) {
        merged.add(element.deepCopy());
      }
    }
    return merged;
  }

  private static JsonNode find(JsonNode list, String key, JsonNode value) {
    for (JsonNode element : list) {
      if (element.path(key).equals(value)) {
        return element;
      }
    }
    return MissingNode.getInstance();
  }
}
