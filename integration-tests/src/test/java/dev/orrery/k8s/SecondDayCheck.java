package dev.orrery.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.k8s.Check.Findings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks for problems with the next release, a second namespace, or a deletion. */
final class SecondDayCheck {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An API server never changes selectors, so an apply over an older release would be refused. */
  private static final Map<String, Map<String, String>> SELECTORS =
      Map.of(
          "orrery-scheduler",
          Map.of("app.kubernetes.io/name", "orrery", "app.kubernetes.io/component", "scheduler"),
          "orrery-agent-http",
          agent("http"),
          "orrery-agent-akka",
          agent("akka"),
          "orrery-postgres",
          Map.of("app.kubernetes.io/name", "orrery", "app.kubernetes.io/component", "database"));

  /** Names that other users of the namespace may already use. */
  private static final Set<String> GENERAL =
      Set.of("default-deny", "dns", "database", "postgres", "scheduler", "agent", "api");

  private SecondDayCheck() {}

  private static Map<String, String> agent(String protocol) {
    return Map.of(
        "app.kubernetes.io/name",
        "orrery",
        "app.kubernetes.io/component",
        "agent",
        "orrery.dev/protocol",
        protocol);
  }

  static void of(Overlay overlay, Findings findings) {
    for (HasMetadata object : overlay.objects()) {
      String name = object.getKind() + " " + object.getMetadata().getName();
      findings.require(
          !object.getKind().equals("Namespace"),
          name + " is deleted with the overlay, and all that is in it");
      findings.require(
          !GENERAL.contains(object.getMetadata().getName()), name + " has a general name");
      namesItsNamespace(object, name, findings);
    }
    for (Workload workload : overlay.workloads()) {
      Map<String, String> before = SELECTORS.get(workload.name());
      findings.require(
          before == null
              || (before.equals(workload.selector().getMatchLabels())
                  && workload.selector().getMatchExpressions().isEmpty()),
          workload.name() + " has another selector than in the release before");
    }
    for (Deployment deployment : overlay.all(Deployment.class)) {
      String name = deployment.getMetadata().getName();
      findings.require(
          deployment.getSpec().getReplicas() != null || isAutoscaled(overlay, name),
          name + " has no number of replicas: an apply over one that has sets 1");
    }
  }

  private static boolean isAutoscaled(Overlay overlay, String deployment) {
    return overlay.objects().stream()
        .filter(object -> object.getKind().equals("HorizontalPodAutoscaler"))
        .anyMatch(object -> object.getMetadata().getName().equals(deployment));
  }

  /** A Service name with a namespace refers to another installation when it is copied. */
  private static void namesItsNamespace(HasMetadata object, String name, Findings findings) {
    JsonNode tree = JSON.valueToTree(object);
    String namespace = object.getMetadata().getNamespace();
    Pattern host = Pattern.compile("orrery-[a-z-]+\\." + namespace + "\\b");
    findings.require(
        !host.matcher(tree.toString()).find(), name + " names the namespace in an address");
  }
}
