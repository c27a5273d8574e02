package dev.orrery.k8s.policy;

import dev.orrery.protocol.network.AllowedNetworks;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Evaluates the policies of one namespace by the rules of Kubernetes: a pod without a selecting
 * policy for a direction is open in it; otherwise any selecting policy may allow a connection.
 *
 * <p>Policies are additive, so each direction is evaluated alone: a connection needs both.
 */
public final class Policies {
  private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP");

  private final Map<String, String> namespace;
  private final List<NetworkPolicy> policies;

  /**
   * @param namespace labels of the policies' namespace, including its name
   */
  public Policies(Map<String, String> namespace, List<NetworkPolicy> policies) {
    this.namespace = Map.copyOf(namespace);
    this.policies = List.copyOf(policies);
  }

  /** Returns true if the policies of the target allow the connection. */
  public boolean letIn(Peer pod, Peer from, Socket socket) {
    List<NetworkPolicy> mine = of(pod, "Ingress");
    return mine.isEmpty()
        || mine.stream()
            .flatMap(policy -> policy.getSpec().getIngress().stream())
            .anyMatch(rule -> covers(rule.getPorts(), socket) && names(rule.getFrom(), from));
  }

  /** Returns true if the policies of the client allow the connection. */
  public boolean letOut(Peer pod, Peer to, Socket socket) {
    List<NetworkPolicy> mine = of(pod, "Egress");
    return mine.isEmpty()
        || mine.stream()
            .flatMap(policy -> policy.getSpec().getEgress().stream())
            .anyMatch(rule -> covers(rule.getPorts(), socket) && names(rule.getTo(), to));
  }

  private List<NetworkPolicy> of(Peer pod, String direction) {
    if (!namespace.equals(pod.namespace())) {
      return List.of();
    }
    return policies.stream()
        .filter(policy -> policy.getSpec().getPolicyTypes().contains(direction))
        .filter(policy -> Selector.matches(policy.getSpec().getPodSelector(), pod.labels()))
        .toList();
  }

  private static boolean covers(List<NetworkPolicyPort> ports, Socket socket) {
    return ports.isEmpty() || ports.stream().anyMatch(port -> covers(port, socket));
  }

  private static boolean covers(NetworkPolicyPort port, Socket socket) {
    if (!PROTOCOLS.contains(String.valueOf(port.getProtocol()))) {
      throw new IllegalArgumentException("unknown protocol: " + port.getProtocol());
    }
    if (port.getEndPort() != null || port.getPort() == null || port.getPort().getIntVal() == null) {
      throw new IllegalArgumentException("not one port by its number: " + port);
    }
    return port.getProtocol().equals(socket.protocol())
        && port.getPort().getIntVal() == socket.port();
  }

  private boolean names(List<NetworkPolicyPeer> peers, Peer peer) {
    return peers.isEmpty() || peers.stream().anyMatch(named -> names(named, peer));
  }

  private boolean names(NetworkPolicyPeer named, Peer peer) {
    if (named.getIpBlock() != null) {
      // Plug-ins differ in whether a block means pods, so here it does not.
      return !peer.isPod() && contains(named.getIpBlock(), peer.address());
    }
    return Selector.matches(named, namespace, peer);
  }

  private static boolean contains(IPBlock block, String address) {
    return lists(List.of(block.getCidr()), address) && !lists(block.getExcept(), address);
  }

  private static boolean lists(List<String> networks, String address) {
    return AllowedNetworks.parse("ipBlock", networks)
        .lists(AllowedNetworks.spelledOut(address).orElseThrow());
  }
}
