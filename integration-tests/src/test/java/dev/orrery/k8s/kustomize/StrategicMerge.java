package dev.orrery.k8s.kustomize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The strategic merge of a patch: mappings by entry, some lists by a key. */
final class StrategicMerge {
  private static final Map<String, String> KEYS =
      Map.of(
          "containers", "name",
          "env", "name",
          "ports", "containerPort",
          "volumes", "name",
          "volumeMounts", "mountPath");

  private StrategicMerge() {}

  static void apply(ObjectNode patch, ObjectNode target) {
    patch
        .properties()
        .forEach(
            entry -> {
              String field = entry.getKey();
              JsonNode wanted = entry.getValue();
              JsonNode present = target.get(field);
              Refused.unless(!field.startsWith("$"), "the directive " + field);
              if (wanted.isNull()) {
                target.remove(field);
              } else if (present instanceof ObjectNode into && wanted instanceof ObjectNode from) {
                apply(from, into);
              } else if (present instanceof ArrayNode into && wanted instanceof ArrayNode from) {
                Refused.unless(KEYS.containsKey(field), "a patch of the list " + field);
                merge(from, into, key(field, from));
              } else {
                target.set(field, wanted.deepCopy());
              }
            });
  }

  /** Ports of a Service have another key than those of a container. */
  private static String key(String field, ArrayNode patch) {
    return field.equals("ports") && patch.path(0).has("port") ? "port" : KEYS.get(field);
  }

  /** Puts the patch's entries first, in their order, as kustomize does. */
  private static void merge(ArrayNode patch, ArrayNode target, String key) {
    List<JsonNode> merged = new ArrayList<>();
    for (JsonNode wanted : patch) {
      ObjectNode element = wanted.deepCopy();
      for (int i = 0; i < target.size(); i++) {
        if (target.get(i).get(key).equals(wanted.get(key))) {
          element = (ObjectNode) target.remove(i);
          apply((ObjectNode) wanted, element);
        }
      }
      merged.add(element);
    }
    target.forEach(merged::add);
    target.removeAll().addAll(merged);
  }
}
