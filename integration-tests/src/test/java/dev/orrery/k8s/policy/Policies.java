package dev.orrery.k8s.policy;

import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * The policies of one namespace as sets, by the rules of Kubernetes: a pod without a selecting
 * policy for a direction is open in it; otherwise it has what any selecting policy grants.
 */
public final class Policies {
  private final Selector namespace;
  private final BiFunction<Selector, String, Ports> named;
  private final List<NetworkPolicy> policies;

  /**
   * @param namespace matches the policies' namespace only
   * @param named returns the ports with a name of the pods of a selector
   */
  public Policies(
      Selector namespace, BiFunction<Selector, String, Ports> named, List<NetworkPolicy> policies) {
    this.namespace = namespace;
    this.named = named;
    this.policies = List.copyOf(policies);
  }

  /** Returns the pods of each policy that closes a direction, before it grants anything. */
  public List<Selector> closed(Direction direction) {
    return policies.stream()
        .filter(policy -> closes(policy, direction))
        .map(policy -> Selector.of(policy.getSpec().getPodSelector()))
        .toList();
  }

  private static boolean closes(NetworkPolicy policy, Direction direction) {
    List<String> types = policy.getSpec().getPolicyTypes();
    return types.isEmpty()
        ? direction == Direction.INGRESS || !policy.getSpec().getEgress().isEmpty()
        : types.contains(direction.type());
  }

  public List<Grant> grants() {
    return policies.stream().flatMap(this::grants).toList();
  }

  private Stream<Grant> grants(NetworkPolicy policy) {
    Stream<Grant> in =
        policy.getSpec().getIngress().stream()
            .flatMap(rule -> rule(policy, Direction.INGRESS, rule.getFrom(), rule.getPorts()));
    Stream<Grant> out =
        policy.getSpec().getEgress().stream()
            .flatMap(rule -> rule(policy, Direction.EGRESS, rule.getTo(), rule.getPorts()));
    return Stream.concat(in, out).filter(grant -> closes(policy, grant.direction()));
  }

  private Stream<Grant> rule(
      NetworkPolicy policy,
      Direction direction,
      List<NetworkPolicyPeer> peers,
      List<NetworkPolicyPort> ports) {
    String by = "NetworkPolicy " + policy.getMetadata().getName();
    List<Peers> others =
        peers.isEmpty()
            ? List.of(Peers.Pods.ALL, Peers.Addresses.ALL)
            : peers.stream().flatMap(peer -> peers(peer).alternatives().stream()).toList();
    return Selector.of(policy.getSpec().getPodSelector()).alternatives().stream()
        .flatMap(
            pods -> {
              Ports opened =
                  ports.isEmpty()
                      ? Ports.ALL
                      : ports.stream()
                          .map(port -> ports(port, direction, pods))
                          .reduce(Ports.NONE, Ports::plus);
              return others.stream().map(one -> new Grant(by, direction, pods, one, opened));
            });
  }

  private Peers peers(NetworkPolicyPeer peer) {
    IPBlock block = peer.getIpBlock();
    if (block != null) {
      return Peers.Addresses.of(List.of(block.getCidr()), block.getExcept());
    }
    return new Peers.Pods(
        peer.getNamespaceSelector() == null ? namespace : Selector.of(peer.getNamespaceSelector()),
        peer.getPodSelector() == null ? Selector.ALL : Selector.of(peer.getPodSelector()));
  }

  private Ports ports(NetworkPolicyPort port, Direction direction, Selector pods) {
    String protocol = port.getProtocol() == null ? "TCP" : port.getProtocol();
    if (port.getPort() == null) {
      return Ports.of(protocol);
    }
    if (port.getPort().getStrVal() != null) {
      // Pods that one dials may give the name to any port.
      return direction == Direction.INGRESS
          ? named.apply(pods, port.getPort().getStrVal())
          : Ports.of(protocol);
    }
    int from = port.getPort().getIntVal();
    return Ports.of(protocol, from, port.getEndPort() == null ? from : port.getEndPort());
  }
}
