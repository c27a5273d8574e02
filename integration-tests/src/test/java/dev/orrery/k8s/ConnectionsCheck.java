package dev.orrery.k8s;

import dev.orrery.k8s.Check.Findings;
import dev.orrery.k8s.Connections.Connection;
import dev.orrery.k8s.policy.Peer;
import dev.orrery.k8s.policy.Policies;
import dev.orrery.k8s.policy.Socket;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks that the policies allow exactly the connections of the port plan, for every pod, neighbour
 * and port. Checks each direction separately, so that a rule of one side cannot replace one of the
 * other.
 */
final class ConnectionsCheck {
  private ConnectionsCheck() {}

  static void of(Overlay overlay, Findings findings) {
    Connections connections = new Connections(overlay);
    Policies policies = new Policies(connections.namespace(), overlay.all(NetworkPolicy.class));
    List<Peer> peers = new ArrayList<>(connections.pods());
    peers.addAll(Neighbours.of(connections.namespace()));
    for (Peer peer : peers) {
      for (Socket socket : Connections.sockets()) {
        for (Peer pod : connections.pods()) {
          in(policies, connections, new Connection(peer, pod, socket), findings);
          out(policies, connections, new Connection(pod, peer, socket), findings);
        }
        for (Peer other : peers) {
          if (other.name().equals(Neighbours.UNRULED)) {
            // Falls to the default.
            in(policies, connections, new Connection(peer, other, socket), findings);
            out(policies, connections, new Connection(other, peer, socket), findings);
          } else if (!connections.isGoverned(other)) {
            untouched(policies, peer, other, socket, findings);
          }
        }
      }
    }
  }

  /** Checks that the policies do not affect other programs, in this namespace or elsewhere. */
  private static void untouched(
      Policies policies, Peer peer, Peer other, Socket socket, Findings findings) {
    findings.require(
        policies.letIn(other, peer, socket),
        new Connection(peer, other, socket) + " (ingress) is closed to somebody else's pod");
    findings.require(
        policies.letOut(other, peer, socket),
        new Connection(other, peer, socket) + " (egress) is closed to somebody else's pod");
  }

  private static void in(
      Policies policies, Connections connections, Connection connection, Findings findings) {
    compare(
        policies.letIn(connection.to(), connection.from(), connection.socket()),
        connections.expected().contains(connection),
        connection + " (ingress)",
        findings);
  }

  private static void out(
      Policies policies, Connections connections, Connection connection, Findings findings) {
    compare(
        policies.letOut(connection.from(), connection.to(), connection.socket()),
        connections.mayDial(connection),
        connection + " (egress)",
        findings);
  }

  private static void compare(boolean open, boolean planned, String what, Findings findings) {
    findings.require(open || !planned, what + " is closed, and the plan needs it");
    findings.require(!open || planned, what + " is open, and nothing needs it");
  }
}
