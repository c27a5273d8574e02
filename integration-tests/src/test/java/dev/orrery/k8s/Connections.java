package dev.orrery.k8s;

import dev.orrery.k8s.policy.Peer;
import dev.orrery.k8s.policy.Socket;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.port.PortPlan.Numbers;
import dev.orrery.protocol.port.PortPlan.PlannedPort;
import dev.orrery.protocol.port.PortPlan.Situation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may dial whom in an overlay, and nobody else: made from the port plan, never from the
 * policies.
 */
public final class Connections {
  private static final int POSTGRESQL = 5432;
  private static final int DNS = 53;
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /** Where clusters have their API server; it is known by nothing but its port. */
  private static final Set<Socket> API_SERVER =
      Set.of(Socket.tcp(HTTPS), Socket.tcp(6443), Socket.tcp(8443), Socket.tcp(16443));

  private final Set<Protocol> active;
  private final Map<String, String> namespace = new HashMap<>();
  private final List<Peer> schedulers = new ArrayList<>();
  private final Map<Protocol, List<Peer>> agents = new HashMap<>();
  private final List<Peer> databases = new ArrayList<>();
  private final List<Peer> setup = new ArrayList<>();
  private final List<Peer> pods = new ArrayList<>();
  private final Set<Connection> expected = new TreeSet<>();

  /** One that is let through. */
  public record Connection(Peer from, Peer to, Socket socket) implements Comparable<Connection> {
    @Override
    public int compareTo(Connection other) {
      return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
      return from + " -> " + to + " " + socket;
    }
  }

  public Connections(Overlay overlay) {
    active = overlay.protocols();
    namespace.put(Neighbours.NAMESPACE_NAME, overlay.namespace());
    for (Workload workload : overlay.workloads()) {
      Peer pod = Peer.pod(workload.name(), namespace, workload.labels());
      pods.add(pod);
      if (workload.isScheduler()) {
        schedulers.add(pod);
      } else if (workload.isAgent()) {
        Protocol protocol = Protocol.parse(workload.protocol());
        agents.computeIfAbsent(protocol, key -> new ArrayList<>()).add(pod);
      } else if (workload.isSetup()) {
        setup.add(pod);
      } else {
        databases.add(pod);
      }
    }
    PortPlan.of(Numbers.DEFAULTS, new Situation(active, true, Map.of())).stream()
        .filter(PlannedPort::open)
        .forEach(this::expectPlanned);
    boolean external = databases.isEmpty();
    expect(
        schedulers,
        external
            ? List.of(Neighbours.DATABASE, Neighbours.PRIVATE_ADDRESS, Neighbours.PRIVATE_IPV6)
            : databases,
        Socket.tcp(POSTGRESQL));
    for (Socket dns : List.of(Socket.tcp(DNS), Socket.udp(DNS))) {
      expect(schedulers, List.of(Neighbours.DNS), dns);
      expect(ownAgents(), List.of(Neighbours.DNS), dns);
      expect(setup, List.of(Neighbours.DNS), dns);
    }
    if (overlay.opensTheInternet()) {
      expectOutside();
    }
  }

  private void expectOutside() {
    List<Peer> outside = List.of(Neighbours.PUBLIC_ADDRESS, Neighbours.PUBLIC_IPV6);
    expect(schedulers, outside, Socket.tcp(HTTPS));
    expect(ownAgents(), outside, Socket.tcp(HTTP));
    expect(ownAgents(), outside, Socket.tcp(HTTPS));
  }

  private void expectPlanned(PlannedPort port) {
    Socket socket = Socket.tcp(port.number());
    List<Peer> prometheus = List.of(Neighbours.PROMETHEUS);
    switch (port.name()) {
      case "api" -> {
        expect(List.of(Neighbours.CLIENT), schedulers, socket);
        expect(setup, schedulers, socket);
        // Discovery: they ask there whom to dial.
        expect(workers(Protocol.AKKA), schedulers, socket);
      }
      case "http" -> expect(workers(Protocol.HTTP), schedulers, socket);
      case "akka" -> expect(workers(Protocol.AKKA), schedulers, socket);
      case "cluster" -> expect(schedulers, schedulers, socket);
      case "management" -> expect(prometheus, schedulers, socket);
      case "agent-management" -> expect(prometheus, ownAgents(), socket);
      case "worker" -> expect(schedulers, workers(Protocol.AKKA), socket);
      default -> throw new IllegalArgumentException("Who dials " + port + "?");
    }
  }

  private void expect(List<Peer> from, List<Peer> to, Socket socket) {
    for (Peer one : from) {
      to.forEach(other -> expected.add(new Connection(one, other, socket)));
    }
  }

  private List<Peer> ownAgents() {
    return agents.values().stream().flatMap(List::stream).toList();
  }

  /** Ours and those elsewhere, where the protocol is active. */
  private List<Peer> workers(Protocol protocol) {
    if (!active.contains(protocol)) {
      return List.of();
    }
    List<Peer> workers = new ArrayList<>(agents.getOrDefault(protocol, List.of()));
    workers.add(protocol == Protocol.HTTP ? Neighbours.WORKER_HTTP : Neighbours.WORKER_AKKA);
    return workers;
  }

  /** Pods of the overlay. */
  public List<Peer> pods() {
    return pods;
  }

  /** Labels of the namespace, its name among them. */
  public Map<String, String> namespace() {
    return namespace;
  }

  /** All that must be possible; nothing else may be. */
  public Set<Connection> expected() {
    return expected;
  }

  /** Whether a pod's own policies must let it dial; what is dialled may still refuse. */
  public boolean mayDial(Connection connection) {
    return expected.contains(connection)
        || (setup.contains(connection.from()) && API_SERVER.contains(connection.socket()));
  }

  /** Whether policies have a say on it: pods of Orrery in its namespace, and no others. */
  public boolean isGoverned(Peer peer) {
    return namespace.equals(peer.namespace()) && "orrery".equals(peer.labels().get(Neighbours.APP));
  }

  /** Every port that could be dialled: those of the plan, open or not, and some of others. */
  public static List<Socket> sockets() {
    List<Socket> sockets = new ArrayList<>();
    for (PlannedPort port :
        PortPlan.of(Numbers.DEFAULTS, new Situation(Set.of(), true, Map.of()))) {
      sockets.add(Socket.tcp(port.number()));
      sockets.add(Socket.udp(port.number()));
    }
    for (int other : new int[] {22, DNS, HTTP, HTTPS, POSTGRESQL, 6443, 8080, 8443, 16443}) {
      sockets.add(Socket.tcp(other));
      sockets.add(Socket.udp(other));
    }
    return sockets;
  }
}
