package dev.orrery.k8s.net;

import dev.orrery.k8s.Connections;
import dev.orrery.k8s.Connections.Connection;
import dev.orrery.k8s.Neighbours;
import dev.orrery.k8s.Overlay;
import dev.orrery.k8s.Workload;
import dev.orrery.k8s.policy.Peer;
import dev.orrery.k8s.policy.Socket;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** An overlay's pods with their replicas, and the endpoints of a family that they may meet. */
final class Cast {
  private final Overlay overlay;
  private final Family family;
  private final Connections connections;
  private final Map<Endpoint, Workload> pods = new LinkedHashMap<>();
  private final List<Endpoint> everybody = new ArrayList<>();

  /**
   * @param addresses returns the address of each name, the same in every overlay
   */
  Cast(Overlay overlay, Family family, UnaryOperator<String> addresses) {
    this.overlay = overlay;
    this.family = family;
    this.connections = new Connections(overlay);
    for (Workload workload : overlay.workloads()) {
      Peer peer =
          connections.pods().stream()
              .filter(pod -> pod.name().equals(workload.name()))
              .findFirst()
              .orElseThrow();
      for (int i = 1; i <= workload.replicas(); i++) {
        String name = workload.name() + "-" + i;
        pods.put(new Endpoint(name, peer, addresses.apply(name)), workload);
      }
    }
    everybody.addAll(pods.keySet());
    for (Peer peer : Neighbours.of(connections.namespace())) {
      if (peer.isPod()) {
        everybody.add(new Endpoint(peer.name(), peer, addresses.apply(peer.name())));
      } else if (Family.of(peer.address()) == family) {
        everybody.add(new Endpoint(peer.name(), peer, peer.address()));
      }
    }
  }

  Overlay overlay() {
    return overlay;
  }

  /** Returns the overlay's own pods with their workloads. */
  Map<Endpoint, Workload> pods() {
    return pods;
  }

  /** Returns pods of the overlay, other pods, and external addresses. */
  List<Endpoint> everybody() {
    return everybody;
  }

  Endpoint of(Peer peer) {
    return everybody.stream()
        .filter(endpoint -> endpoint.peer().equals(peer))
        .findFirst()
        .orElseThrow();
  }

  /** Converts policies to rules. */
  Nftables rules(List<NetworkPolicy> policies) {
    return new Nftables(connections.namespace(), policies, everybody, family);
  }

  /**
   * Returns true if the connection is tried: where policies apply, and, to prove that everything
   * else passes, at the name server.
   */
  boolean isTried(Endpoint from, Endpoint to) {
    return !from.equals(to)
        && (isGoverned(from) || isGoverned(to) || to.peer().equals(Neighbours.DNS));
  }

  private boolean isGoverned(Endpoint endpoint) {
    return connections.isGoverned(endpoint.peer());
  }

  /**
   * Returns the expected result by the port plan.
   *
   * @param listening the listening sockets of each endpoint
   */
  Reach planned(Endpoint from, Endpoint to, Socket socket, Map<Endpoint, Set<Socket>> listening) {
    Connection connection = new Connection(from.peer(), to.peer(), socket);
    boolean through =
        (!isGoverned(from) || connections.mayDial(connection))
            && (!isGoverned(to) || connections.isExpected(connection));
    if (!through) {
      return Reach.DROPPED;
    }
    return listening.getOrDefault(to, Set.of()).contains(socket) ? Reach.OPEN : Reach.REFUSED;
  }
}
