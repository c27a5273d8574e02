package dev.orrery.k8s.net;

import dev.orrery.k8s.policy.Peer;
import dev.orrery.k8s.policy.Selector;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The policies of a namespace as kernel rules of its pods. Incoming connections are checked at the
 * target, outgoing ones at the client, and a connection needs both. A direction without a selecting
 * policy has no rules, and stays open.
 *
 * <p>Rejects every feature that the manifests do not use, so that no policy is applied
 * incompletely.
 */
final class Nftables {
  private static final Set<String> DIRECTIONS = Set.of("Ingress", "Egress");
  private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP");

  private final Map<String, String> namespace;
  private final List<NetworkPolicy> policies;
  private final List<Endpoint> everybody;
  private final Family family;

  /**
   * @param namespace labels of the policies' namespace, including its name
   * @param everybody all possible peers
   * @param family of the addresses; blocks of the other one match no peer
   */
  Nftables(
      Map<String, String> namespace,
      List<NetworkPolicy> policies,
      List<Endpoint> everybody,
      Family family) {
    this.namespace = namespace;
    this.policies = policies;
    this.everybody = everybody;
    this.family = family;
    policies.forEach(Nftables::requireKnownDirections);
  }

  private static void requireKnownDirections(NetworkPolicy policy) {
    List<String> types = policy.getSpec().getPolicyTypes();
    if (types.isEmpty() || !DIRECTIONS.containsAll(types)) {
      throw refused(policy, "policyTypes must be stated, of " + DIRECTIONS + ", and are " + types);
    }
  }

  /**
   * Returns the input of {@code nft -f} for the network of the pod; it replaces all existing rules.
   */
  String rules(Peer pod) {
    StringBuilder table = new StringBuilder("flush ruleset\ntable inet policies {\n");
    List<NetworkPolicy> ingress = selecting(pod, "Ingress");
    if (!ingress.isEmpty()) {
      List<String> rules = new ArrayList<>();
      for (NetworkPolicy policy : ingress) {
        policy
            .getSpec()
            .getIngress()
            .forEach(rule -> add(policy, "saddr", rule.getFrom(), rule.getPorts(), rules));
      }
      chain(table, "ingress", "input", "iif", rules);
    }
    List<NetworkPolicy> egress = selecting(pod, "Egress");
    if (!egress.isEmpty()) {
      List<String> rules = new ArrayList<>();
      for (NetworkPolicy policy : egress) {
        policy
            .getSpec()
            .getEgress()
            .forEach(rule -> add(policy, "daddr", rule.getTo(), rule.getPorts(), rules));
      }
      chain(table, "egress", "output", "oif", rules);
    }
    return table.append("}\n").toString();
  }

  private List<NetworkPolicy> selecting(Peer pod, String direction) {
    if (!namespace.equals(pod.namespace())) {
      return List.of();
    }
    return policies.stream()
        .filter(policy -> policy.getSpec().getPolicyTypes().contains(direction))
        .filter(policy -> Selector.matches(policy.getSpec().getPodSelector(), pod.labels()))
        .toList();
  }

  private void chain(
      StringBuilder table, String name, String hook, String through, List<String> rules) {
    table.append("  chain ").append(name).append(" {\n");
    table.append("    type filter hook ").append(hook).append(" priority 0; policy drop;\n");
    table.append("    ct state established,related accept\n");
    // A pod always reaches itself.
    table.append("    ").append(through).append(" lo accept\n");
    if (family == Family.IPV6) {
      // Plug-ins always let pods find each other's link addresses.
      table.append("    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept\n");
    }
    rules.forEach(rule -> table.append("    ").append(rule).append('\n'));
    table.append("  }\n");
  }

  /** Adds each peer at each port; without ports, all ports. */
  private void add(
      NetworkPolicy policy,
      String address,
      List<NetworkPolicyPeer> peers,
      List<NetworkPolicyPort> ports,
      List<String> rules) {
    List<String> others =
        peers.isEmpty()
            ? List.of("")
            : peers.stream()
                .map(peer -> others(policy, address, peer))
                .filter(match -> !match.isEmpty())
                .toList();
    List<String> sockets =
        ports.isEmpty() ? List.of("") : ports.stream().map(port -> socket(policy, port)).toList();
    for (String other : others) {
      sockets.forEach(socket -> rules.add((other + socket + "accept").strip()));
    }
  }

  private static String socket(NetworkPolicy policy, NetworkPolicyPort port) {
    if (!PROTOCOLS.contains(String.valueOf(port.getProtocol()))) {
      throw refused(policy, "protocol must be one of " + PROTOCOLS + ": " + port.getProtocol());
    }
    if (port.getEndPort() != null) {
      throw refused(policy, "endPort is not known: " + port.getEndPort());
    }
    if (port.getPort() == null || port.getPort().getIntVal() == null) {
      throw refused(policy, "port must be one number: " + port.getPort());
    }
    return (port.getProtocol().equals("TCP") ? "tcp" : "udp")
        + " dport "
        + port.getPort().getIntVal()
        + " ";
  }

  /** Returns an empty text if it matches no peer. */
  private String others(NetworkPolicy policy, String address, NetworkPolicyPeer peer) {
    if (peer.getIpBlock() != null) {
      if (peer.getPodSelector() != null || peer.getNamespaceSelector() != null) {
        throw refused(policy, "ipBlock must stand alone");
      }
      return block(policy, address, peer.getIpBlock());
    }
    if (peer.getPodSelector() == null && peer.getNamespaceSelector() == null) {
      throw refused(policy, "a peer without a selector");
    }
    String meant =
        everybody.stream()
            .filter(endpoint -> Selector.matches(peer, namespace, endpoint.peer()))
            .map(Endpoint::address)
            .collect(Collectors.joining(", "));
    return meant.isEmpty() ? "" : family.expression() + " " + address + " { " + meant + " } ";
  }

  /** Plug-ins differ in whether a block of addresses includes pods; here it does not. */
  private String block(NetworkPolicy policy, String address, IPBlock block) {
    Family ofBlock = familyOf(policy, block.getCidr());
    List<String> without = new ArrayList<>(block.getExcept());
    for (String cidr : without) {
      if (familyOf(policy, cidr) != ofBlock) {
        throw refused(policy, "except must be within the block: " + cidr);
      }
    }
    if (ofBlock != family) {
      return "";
    }
    without.add(family.pods());
    String match = family.expression() + " " + address + " ";
    StringBuilder rule = new StringBuilder(match).append(block.getCidr()).append(' ');
    without.forEach(cidr -> rule.append(match).append("!= ").append(cidr).append(' '));
    return rule.toString();
  }

  private static Family familyOf(NetworkPolicy policy, String cidr) {
    if (!cidr.matches("[0-9.]+/[0-9]+|[0-9a-f:]+/[0-9]+")) {
      throw refused(policy, "ipBlock must be a range of addresses: " + cidr);
    }
    return Family.of(cidr);
  }

  private static IllegalArgumentException refused(NetworkPolicy policy, String why) {
    return new IllegalArgumentException(
        "NetworkPolicy " + policy.getMetadata().getName() + ": " + why);
  }
}
