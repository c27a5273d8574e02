package dev.orrery.k8s.net;

import dev.orrery.k8s.Commands;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pods and external endpoints on a bridge, which is itself in a pod: the machine's network does not
 * change, and nothing remains after the test.
 */
final class PodNetwork implements AutoCloseable {
  private final Pod node;
  private final Map<String, Pod> pods = new LinkedHashMap<>();

  /** Creates a pod for each name. */
  PodNetwork(Collection<Endpoint> endpoints) {
    node = Pod.launch("node");
    try {
      Map<String, Endpoint> byName = new LinkedHashMap<>();
      endpoints.forEach(endpoint -> byName.put(endpoint.name(), endpoint));
      byName.keySet().forEach(name -> pods.put(name, Pod.launch(name)));
      node.awaitStart();
      pods.values().forEach(Pod::awaitStart);
      node.inNetwork(bridge(), "ip", "-batch", "-");
      byName.forEach(
          (name, endpoint) -> pods.get(name).inNetwork(own(endpoint), command(endpoint)));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private String bridge() {
    List<String> steps = new ArrayList<>(List.of("link add pods type bridge", "link set pods up"));
    for (Pod pod : pods.values()) {
      String end = "pod" + pod.pid();
      steps.add("link add " + end + " type veth peer name eth0 netns " + pod.pid());
      steps.add("link set " + end + " master pods up");
    }
    return String.join("\n", steps) + "\n";
  }

  /** Returns all addresses, because external ones are on the bridge, too. */
  private static String own(Endpoint endpoint) {
    return """
    link set lo up
    link set eth0 up
    addr add %s/%d dev eth0%s
    route add default dev eth0 src %s
    """
        .formatted(
            endpoint.address(),
            Family.of(endpoint.address()).bits(),
            Family.of(endpoint.address()) == Family.IPV6 ? " nodad" : "",
            endpoint.address());
  }

  private static String[] command(Endpoint endpoint) {
    return Family.of(endpoint.address()) == Family.IPV6
        ? new String[] {"ip", "-6", "-batch", "-"}
        : new String[] {"ip", "-batch", "-"};
  }

  Pod at(Endpoint endpoint) {
    return pods.get(endpoint.name());
  }

  /** Applies these rules at all endpoints that they concern. */
  void enforce(Nftables rules, Collection<Endpoint> everybody) {
    for (Endpoint endpoint : everybody) {
      at(endpoint).inNetwork(rules.rules(endpoint.peer()), "nft", "-f", "-");
    }
  }

  /** Returns why this machine cannot run such a network; empty if it can. */
  static Optional<String> missing() {
    return missing(
        "ip link add pods type bridge && ip link add end0 type veth peer name end1 && nft add table"
            + " inet t && nft add chain inet t c '{ type filter hook input priority 0; }' && nft"
            + " add rule inet t c ct state established accept && nsenter --version");
  }

  /** Returns why it cannot have IPv6 addresses; empty if it can. */
  static Optional<String> missingIpv6() {
    return missing("ip link set lo up && ip -6 addr add fd00::1/128 dev lo nodad");
  }

  private static Optional<String> missing(String trial) {
    try {
      Commands.run(
          List.of(
              "unshare",
              "--net",
              "--mount",
              "--pid",
              "--uts",
              "--fork",
              "--mount-proc",
              "sh",
              "-ec",
              trial),
          "");
      return Optional.empty();
    } catch (AssertionError e) {
      return Optional.of(
          "needs root, namespaces, ip (iproute2) and nft (nftables); " + e.getMessage().strip());
    } catch (UncheckedIOException e) {
      return Optional.of("needs unshare (util-linux): " + e.getMessage());
    }
  }

  @Override
  public void close() {
    pods.values().forEach(Pod::close);
    node.close();
  }
}
