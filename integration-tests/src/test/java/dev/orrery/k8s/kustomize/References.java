package dev.orrery.k8s.kustomize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** References between objects. */
final class References {
  /** The field that refers to an object of this kind, and the objects with such a field. */
  private static final Map<String, Map<String, String>> NAMED_BY =
      Map.of(
          "ConfigMap",
              Map.of("configMapRef", "name", "configMapKeyRef", "name", "configMap", "name"),
          "ServiceAccount", Map.of("spec", "serviceAccountName"),
          "Deployment", Map.of("scaleTargetRef", "name"));

  private static final Set<String> NAMED_BY_NOBODY = Set.of("PodDisruptionBudget");

  private References() {}

  static void rename(List<ObjectNode> objects, String kind, String from, String to) {
    Refused.unless(
        NAMED_BY.containsKey(kind) || NAMED_BY_NOBODY.contains(kind), "another name of a " + kind);
    Map<String, String> namedBy = NAMED_BY.getOrDefault(kind, Map.of());
    for (ObjectNode object : objects) {
      namedBy.forEach(
          (holder, field) -> {
            for (JsonNode found : findParents(object, holder)) {
              if (found.path(field).asText().equals(from)) {
                ((ObjectNode) found).put(field, to);
              }
            }
          });
    }
  }

  private static List<JsonNode> findParents(ObjectNode object, String holder) {
    List<JsonNode> found = new ArrayList<>();
    collect(object, holder, found);
    return found;
  }

  /** Also searches inside of results: a pod's spec is inside a Deployment's. */
  private static void collect(JsonNode node, String holder, List<JsonNode> found) {
    node.properties()
        .forEach(
            entry -> {
              if (entry.getKey().equals(holder) && entry.getValue().isObject()) {
                found.add(entry.getValue());
              }
            });
    node.forEach(child -> collect(child, holder, found));
  }
}
