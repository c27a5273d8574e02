package dev.orrery.k8s.kustomize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Adds labels to objects, to their pods and to the selectors of these pods. */
final class Labels {
  private Labels() {}

  static void add(ObjectNode labels, ObjectNode object) {
    object.withObject("/metadata/labels").setAll(labels);
    String kind = object.get("kind").textValue();
    switch (kind) {
      case "Deployment" -> {
        object.withObject("/spec/selector/matchLabels").setAll(labels);
        object.withObject("/spec/template/metadata/labels").setAll(labels);
        for (JsonNode spread : object.at("/spec/template/spec/topologySpreadConstraints")) {
          ((ObjectNode) spread.at("/labelSelector/matchLabels")).setAll(labels);
        }
      }
      case "PodDisruptionBudget" -> object.withObject("/spec/selector/matchLabels").setAll(labels);
      case "ConfigMap", "ServiceAccount" -> {}
      default -> throw new Refused("labels with selectors for a " + kind);
    }
  }
}
