package dev.orrery.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.k8s.Check.Findings;
import dev.orrery.testing.TextFile;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks the labels that Kubernetes recommends, and that what never changes has none of a release.
 */
final class LabelsCheck {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "app.kubernetes.io/";
  static final String VERSION = release();
  private static final Map<String, String> COMMON =
      Map.of(
          "name", "orrery",
          "instance", "orrery",
          "part-of", "orrery",
          "managed-by", "kustomize",
          "version", VERSION);

  /** An API server rejects a change of these, or accepts it and selects no pod. */
  private static final List<String> UNCHANGEABLE =
      List.of("matchLabels", "selector", "labelSelector", "volumeClaimTemplates");

  private LabelsCheck() {}

  static void of(Overlay overlay, Findings findings) {
    for (HasMetadata object : overlay.objects()) {
      String name = object.getKind() + " " + object.getMetadata().getName();
      labels(name, object.getMetadata().getLabels(), findings);
      JsonNode tree = JSON.valueToTree(object);
      for (String field : UNCHANGEABLE) {
        for (JsonNode found : tree.findValues(field)) {
          for (String label : List.of("version", "managed-by", "part-of", "instance")) {
            findings.require(
                !found.toString().contains(PREFIX + label),
                name + " has " + label + " in " + field);
          }
        }
      }
    }
    for (Workload workload : overlay.workloads()) {
      labels("a pod of " + workload.name(), workload.labels(), findings);
      String image = workload.container().getImage();
      findings.require(
          workload.isDatabase() || image.matches(".+:" + Pattern.quote(VERSION) + "(-native)?"),
          workload.name() + " has the image " + image + " in the release " + VERSION);
    }
  }

  private static void labels(String name, Map<String, String> labels, Findings findings) {
    findings.require(labels.containsKey(PREFIX + "component"), name + " has no component");
    COMMON.forEach(
        (label, value) ->
            findings.require(
                value.equals(labels.get(PREFIX + label)),
                name + " has the label " + label + "=" + labels.get(PREFIX + label)));
  }

  /** Returns the version that the POMs prepare. */
  private static String release() {
    Matcher version =
        Pattern.compile("<version>(.+)-SNAPSHOT</version>")
            .matcher(TextFile.read(Overlay.ROOT.resolveSibling("pom.xml")));
    if (!version.find()) {
      throw new AssertionError("pom.xml has no snapshot");
    }
    return version.group(1);
  }
}
