package dev.orrery.k8s;

import dev.orrery.k8s.Check.Findings;
import dev.orrery.k8s.policy.Direction;
import dev.orrery.k8s.policy.Grant;
import dev.orrery.k8s.policy.Peer;
import dev.orrery.k8s.policy.Policies;
import dev.orrery.k8s.policy.Ports;
import dev.orrery.k8s.policy.Selector;
import dev.orrery.k8s.policy.Socket;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.List;
import java.util.Map;

/**
 * Checks that the policies grant exactly the connections of the port plan. Compares sets of pods,
 * peers and ports, not samples, so whatever a policy opens and the plan does not name is found.
 * Checks each direction separately, so that a rule of one side cannot replace one of the other.
 */
final class ConnectionsCheck {
  private ConnectionsCheck() {}

  static void of(Overlay overlay, Findings findings) {
    Connections plan = new Connections(overlay);
    List<NetworkPolicy> objects = overlay.all(NetworkPolicy.class);
    Policies policies =
        new Policies(
            Selector.of(plan.namespace()), (pods, name) -> named(overlay, pods, name), objects);
    Grant.left(policies.grants(), plan.grants())
        .forEach(open -> findings.add(open + " is open, and nothing needs it"));
    Grant.left(plan.grants(), policies.grants())
        .forEach(closed -> findings.add(closed + " is closed, and the plan needs it"));
    for (Direction direction : Direction.values()) {
      defaults(policies.closed(direction), plan.closed(direction), direction, findings);
    }
    for (NetworkPolicy policy : objects) {
      findings.require(
          !policy.getSpec().getPolicyTypes().isEmpty(),
          "NetworkPolicy " + policy.getMetadata().getName() + " has no policyTypes");
    }
    for (Peer pod : plan.pods()) {
      findings.require(
          plan.isGoverned(pod), pod + " lacks the label of Orrery: no policy is for it");
    }
  }

  private static void defaults(
      List<Selector> closed, List<Selector> planned, Direction direction, Findings findings) {
    for (Selector pods : planned) {
      findings.require(
          closed.stream().anyMatch(pods::isWithin),
          "pods " + pods + " (" + direction + ") are open: no policy is for all of them");
    }
    for (Selector pods : closed) {
      findings.require(
          planned.stream().anyMatch(pods::isWithin),
          "pods " + pods + " (" + direction + ") are closed, and may be somebody else's");
    }
  }

  private static Ports named(Overlay overlay, Selector pods, String name) {
    return Ports.of(
        overlay.workloads().stream()
            .filter(workload -> pods.matches(workload.labels()))
            .map(workload -> PlannedPorts.of(workload, overlay))
            .map(Map::entrySet)
            .flatMap(ports -> ports.stream().filter(port -> port.getKey().equals(name)))
            .map(port -> Socket.tcp(port.getValue()))
            .toArray(Socket[]::new));
  }
}
