package dev.orrery.k8s;

import dev.orrery.k8s.policy.Direction;
import dev.orrery.k8s.policy.Grant;
import dev.orrery.k8s.policy.Peer;
import dev.orrery.k8s.policy.Peers;
import dev.orrery.k8s.policy.Ports;
import dev.orrery.k8s.policy.Selector;
import dev.orrery.k8s.policy.Socket;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.port.PortPlan.PlannedPort;
import dev.orrery.protocol.port.PortPlan.Situation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The allowed connections of an overlay, derived from the port plan and never from the policies.
 */
public final class Connections {
  private static final int DNS = 53;
  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final Ports POSTGRESQL = Ports.of(Socket.tcp(5432));
  private static final Ports MAIL = Ports.of(Socket.tcp(465), Socket.tcp(587));
  private static final Ports STATUS_OF_INSTANCE = Ports.of(Socket.tcp(8000));
  private static final Ports METRICS_OF_INSTANCE = Ports.of(Socket.tcp(9187));

  private final Overlay overlay;
  private final Parties parties;
  private final List<Access> planned = new ArrayList<>();

  public record Connection(Peer from, Peer to, Socket socket) {
    @Override
    public String toString() {
      return from + " -> " + to + " " + socket;
    }
  }

  /** A line of the plan. */
  private record Access(Parties.Party from, Parties.Party to, Ports ports) {
    List<Grant> grants() {
      List<Grant> grants = new ArrayList<>();
      if (from.closed().contains(Direction.EGRESS)) {
        to.members().forEach(peers -> grants.add(grant(Direction.EGRESS, from.pods(), peers)));
      }
      if (to.closed().contains(Direction.INGRESS)) {
        from.members().forEach(peers -> grants.add(grant(Direction.INGRESS, to.pods(), peers)));
      }
      return grants;
    }

    private Grant grant(Direction direction, Selector pods, Peers peers) {
      return new Grant(from.name() + " to " + to.name(), direction, pods, peers, ports);
    }

    boolean allows(Connection connection) {
      return from.contains(connection.from())
          && to.contains(connection.to())
          && ports.contains(connection.socket());
    }
  }

  public Connections(Overlay overlay) {
    this.overlay = overlay;
    parties = new Parties(overlay.namespace());
    PortPlan.of(
            overlay.numbers(),
            new Situation(overlay.protocols(), true, overlay.powerJob(), Map.of()))
        .stream()
        .filter(PlannedPort::open)
        .forEach(this::planPort);
    planDatabase();
    Ports dns = Ports.of(Socket.tcp(DNS), Socket.udp(DNS));
    List.of(parties.schedulers, parties.agents).forEach(own -> plan(own, Parties.DNS, dns));
    if (overlay.has("quickstart")) {
      plan(parties.setup, Parties.DNS, dns);
      plan(parties.setup, Parties.API_SERVER, Parties.PORTS_OF_API_SERVERS);
    }
    if (overlay.has("webhooks")) {
      plan(parties.schedulers, Parties.INTERNET, Ports.of(Socket.tcp(HTTPS)));
    }
    if (overlay.has("mail")) {
      plan(parties.schedulers, Parties.MAIL_SERVERS, MAIL);
    }
    if (overlay.has("agent-internet")) {
      plan(parties.agents, Parties.INTERNET, Ports.of(Socket.tcp(HTTP), Socket.tcp(HTTPS)));
    }
  }

  private void planDatabase() {
    if (overlay.has("external-database")) {
      plan(parties.schedulers, Parties.DATABASE, POSTGRESQL);
    }
    if (overlay.has("quickstart")) {
      plan(parties.schedulers, parties.database, POSTGRESQL);
    }
    if (overlay.has("cloudnative-pg")) {
      plan(parties.schedulers, parties.instances, POSTGRESQL);
      for (Parties.Party other : List.of(parties.instances, Parties.OPERATOR)) {
        plan(other, parties.instances, POSTGRESQL);
        plan(other, parties.instances, STATUS_OF_INSTANCE);
      }
      plan(Parties.PROMETHEUS, parties.instances, METRICS_OF_INSTANCE);
    }
  }

  private void planPort(PlannedPort port) {
    Ports number = Ports.of(Socket.tcp(port.number()));
    switch (port.name()) {
      case "api" -> {
        plan(Parties.CLIENTS, parties.schedulers, number);
        if (overlay.has("quickstart")) {
          plan(parties.setup, parties.schedulers, number);
        }
        // Discovery: they ask there whom to dial, or why they cannot.
        overlay.protocols().forEach(protocol -> planWorkers(protocol, number));
        if (overlay.powerJob().isServed()
            && !overlay.powerJob().protocols().contains(Protocol.HTTP)) {
          plan(Parties.POWERJOB, parties.schedulers, number);
        }
      }
      case "http" -> {
        planWorkers(Protocol.HTTP, number);
        if (overlay.powerJob().protocols().contains(Protocol.HTTP)) {
          plan(Parties.POWERJOB, parties.schedulers, number);
        }
      }
      case "akka" -> planWorkers(Protocol.AKKA, number);
      case PortPlan.POWERJOB_AKKA, PortPlan.POWERJOB_MU ->
          plan(Parties.POWERJOB, parties.schedulers, number);
      case "cluster" -> plan(parties.schedulers, parties.schedulers, number);
      case "management" -> plan(Parties.PROMETHEUS, parties.schedulers, number);
      case "agent-management" -> plan(Parties.PROMETHEUS, parties.agents, number);
      case "worker" -> {
        if (overlay.protocols().contains(Protocol.AKKA)) {
          plan(parties.schedulers, parties.agents(Protocol.AKKA), number);
          plan(parties.schedulers, Parties.workers(Protocol.AKKA), number);
        }
        if (overlay.powerJob().dialsWorkers()) {
          plan(parties.schedulers, Parties.POWERJOB, number);
        }
      }
      default -> throw new IllegalArgumentException("Who dials " + port + "?");
    }
  }

  private void planWorkers(Protocol protocol, Ports port) {
    plan(parties.agents(protocol), parties.schedulers, port);
    plan(Parties.workers(protocol), parties.schedulers, port);
  }

  private void plan(Parties.Party from, Parties.Party to, Ports ports) {
    planned.add(new Access(from, to, ports));
  }

  /** Returns what policies must grant; they must not grant anything else. */
  List<Grant> grants() {
    return planned.stream().flatMap(access -> access.grants().stream()).toList();
  }

  /** Returns the pods of which policies must close a direction; they must not close any other. */
  List<Selector> closed(Direction direction) {
    List<Selector> closed = new ArrayList<>(List.of(parties.orrery.pods()));
    if (direction == Direction.INGRESS && overlay.has("cloudnative-pg")) {
      closed.add(parties.instances.pods());
    }
    return closed;
  }

  public List<Peer> pods() {
    return overlay.workloads().stream()
        .map(workload -> Peer.pod(workload.name(), namespace(), workload.labels()))
        .toList();
  }

  /** Returns the labels of the namespace, including its name. */
  public Map<String, String> namespace() {
    return Map.of(Neighbours.NAMESPACE_NAME, overlay.namespace());
  }

  /** Returns true if the connection must be possible; all others must be impossible. */
  public boolean isExpected(Connection connection) {
    return planned.stream()
        .anyMatch(access -> !access.to().equals(Parties.API_SERVER) && access.allows(connection));
  }

  /**
   * Returns true if the policies of a pod must allow it to dial; the other side may still refuse.
   */
  public boolean mayDial(Connection connection) {
    return planned.stream().anyMatch(access -> access.allows(connection));
  }

  /** Returns true for pods of Orrery in its namespace, to which policies apply. */
  public boolean isGoverned(Peer peer) {
    return parties.orrery.contains(peer);
  }

  /** Returns all candidate ports: those of the plan, open or not, and some foreign ones. */
  public static List<Socket> sockets() {
    List<Socket> sockets = new ArrayList<>();
    for (PlannedPort port :
        PortPlan.of(Overlay.BESIDE_AKKA, new Situation(Set.of(), true, Map.of()))) {
      sockets.add(Socket.tcp(port.number()));
      sockets.add(Socket.udp(port.number()));
    }
    for (int other :
        new int[] {22, 25, DNS, HTTP, HTTPS, 465, 587, 5432, 6443, 8080, 8443, 16443}) {
      sockets.add(Socket.tcp(other));
      sockets.add(Socket.udp(other));
    }
    return sockets;
  }
}
