package dev.orrery.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The objects of one namespace after applies and a few other commands. Implements only the default
 * of {@code replicas} and the immutability of selectors.
 */
final class AppliedObjects {
  private final Map<String, ObjectNode> lastApplied = new TreeMap<>();
  private final Map<String, ObjectNode> live = new TreeMap<>();

  /** Kind and name, as in {@code Deployment orrery-scheduler}. */
  static String key(ObjectNode object) {
    return object.get("kind").asText() + " " + object.at("/metadata/name").asText();
  }

  /** As {@code kubectl apply -k}, client-side. */
  void apply(List<ObjectNode> manifests) {
    for (ObjectNode manifest : manifests) {
      String key = key(manifest);
      ObjectNode before = live.get(key);
      JsonNode last =
          lastApplied.containsKey(key) ? lastApplied.get(key) : MissingNode.getInstance();
      ObjectNode after =
          before == null ? manifest.deepCopy() : ThreeWayMerge.merge(last, manifest, before);
      if (manifest.get("kind").asText().equals("Deployment")) {
        if (before != null && !before.at("/spec/selector").equals(after.at("/spec/selector"))) {
          throw new IllegalStateException(key + ": field is immutable: spec.selector");
        }
        if (!after.get("spec").has("replicas")) {
          after.withObject("/spec").put("replicas", 1);
        }
      }
      live.put(key, after);
      lastApplied.put(key, manifest.deepCopy());
    }
  }

  /** As {@code kubectl scale}. */
  void scale(String deployment, int replicas) {
    live.get("Deployment " + deployment).withObject("/spec").put("replicas", replicas);
  }

  /** As {@code kubectl rollout undo}: the template of before, which apply does not hear of. */
  void undo(String deployment, JsonNode template) {
    live.get("Deployment " + deployment).withObject("/spec").set("template", template.deepCopy());
  }

  /**
   * Acts as {@code kubectl apply edit-last-applied} with an editor that removes a field of the
   * spec.
   */
  void removeFromLastApplied(String deployment, String field) {
    lastApplied.get("Deployment " + deployment).withObject("/spec").remove(field);
  }

  /** As {@code kubectl delete KINDS -l LABEL}. */
  void delete(Set<String> kinds, String label, String value) {
    live.values()
        .removeIf(
            object ->
                kinds.contains(object.get("kind").asText().toLowerCase(Locale.ROOT))
                    && object.path("metadata").path("labels").path(label).asText().equals(value));
  }

  int replicas(String deployment) {
    return find("Deployment " + deployment).at("/spec/replicas").asInt();
  }

  /** Of a Deployment. */
  JsonNode template(String deployment) {
    return find("Deployment " + deployment).at("/spec/template");
  }

  ObjectNode find(String key) {
    return live.get(key);
  }

  Set<String> keys() {
    return new TreeSet<>(live.keySet());
  }
}
