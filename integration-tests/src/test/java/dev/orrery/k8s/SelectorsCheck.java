package dev.orrery.k8s;

import dev.orrery.k8s.Check.Findings;
import dev.orrery.k8s.policy.Selector;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Map;
import java.util.stream.Stream;

/** Checks that every selector matches existing and intended pods. */
final class SelectorsCheck {
  private SelectorsCheck() {}

  static void of(Overlay overlay, Findings findings) {
    for (Workload workload : overlay.workloads()) {
      findings.require(
          Selector.matches(workload.selector(), workload.labels()),
          workload.name() + " does not select its own pods");
      for (Workload other : overlay.workloads()) {
        findings.require(
            other.equals(workload) || !Selector.matches(workload.selector(), other.labels()),
            workload.name() + " selects pods of " + other.name());
      }
      for (TopologySpreadConstraint spread : workload.pod().getTopologySpreadConstraints()) {
        findings.require(
            spread.getLabelSelector().equals(workload.selector()),
            workload.name() + " spreads other pods than its own");
      }
    }
    for (Service service : overlay.all(Service.class)) {
      require(overlay, labels(service.getSpec().getSelector()), name("Service", service), findings);
    }
    for (PodDisruptionBudget budget : overlay.all(PodDisruptionBudget.class)) {
      require(
          overlay,
          budget.getSpec().getSelector(),
          "PodDisruptionBudget " + budget.getMetadata().getName(),
          findings);
    }
    for (NetworkPolicy policy : overlay.all(NetworkPolicy.class)) {
      String name = "NetworkPolicy " + policy.getMetadata().getName();
      require(overlay, policy.getSpec().getPodSelector(), name, findings);
      peers(policy)
          .filter(peer -> peer.getNamespaceSelector() == null && peer.getPodSelector() != null)
          .forEach(peer -> require(overlay, peer.getPodSelector(), name + ", a peer", findings));
    }
  }

  private static Stream<NetworkPolicyPeer> peers(NetworkPolicy policy) {
    return Stream.concat(
        policy.getSpec().getIngress().stream().flatMap(rule -> rule.getFrom().stream()),
        policy.getSpec().getEgress().stream().flatMap(rule -> rule.getTo().stream()));
  }

  private static LabelSelector labels(Map<String, String> labels) {
    LabelSelector selector = new LabelSelector();
    selector.setMatchLabels(labels);
    return selector;
  }

  private static String name(String kind, Service service) {
    return kind + " " + service.getMetadata().getName();
  }

  private static void require(
      Overlay overlay, LabelSelector selector, String what, Findings findings) {
    findings.require(
        overlay.workloads().stream()
            .anyMatch(workload -> Selector.matches(selector, workload.labels())),
        what + " selects no pod: " + selector);
  }
}
