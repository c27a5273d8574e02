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
 * The allowed connections of an overlay, derived from the port plan and never from the policies.
 */
public final class Connections {
  private static final int POSTGRESQL = 5432;
  private static final int DNS = 53;
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /** The possible addresses of a cluster's API server, which is only known by its port. */
  private static final Set<Socket> API_SERVER =
      Set.of(Socket.tcp(HTTPS), Socket.tcp(6443), Socket.tcp(8443), Socket.tcp(16443));

  private final Set<Protocol> active;
  private final List<Peer> powerJob;
  private final Map<String, String> namespace = new HashMap<>();
  private final List<Peer> schedulers = new ArrayList<>();
  private final Map<Protocol, List<Peer>> agents = new HashMap<>();
  private final List<Peer> databases = new ArrayList<>();
  private final List<Peer> setup = new ArrayList<>();
  private final List<Peer> pods = new ArrayList<>();
  private final Set<Connection> expected = new TreeSet<>();

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
    powerJob = overlay.servesPowerJob() ? List.of(Neighbours.WORKER_POWERJOB) : List.of();
    PortPlan.of(Numbers.DEFAULTS, new Situation(active, true, overlay.servesPowerJob(), Map.of()))
        .stream()
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
        expect(powerJob, schedulers, socket);
      }
      case "http" -> {
        expect(workers(Protocol.HTTP), schedulers, socket);
        expect(powerJob, schedulers, socket);
      }
      case "akka" -> expect(workers(Protocol.AKKA), schedulers, socket);
      case "cluster" -> expect(schedulers, schedulers, socket);
      case "management" -> expect(prometheus, schedulers, socket);
      case "agent-management" -> expect(prometheus, ownAgents(), socket);
      case "worker" -> {
        expect(schedulers, workers(Protocol.AKKA), socket);
        expect(schedulers, powerJob, socket);
      }
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

  /** Returns internal and external workers, if the protocol is active. */
  private List<Peer> workers(Protocol protocol) {
    if (!active.contains(protocol)) {
      return List.of();
    }
    List<Peer> workers = new ArrayList<>(agents.getOrDefault(protocol, List.of()));
    workers.add(protocol == Protocol.HTTP ? Neighbours.WORKER_HTTP : Neighbours.WORKER_AKKA);
    return workers;
  }

  public List<Peer> pods() {
    return pods;
  }

  /** Returns the labels of the namespace, including its name. */
  public Map<String, String> namespace() {
    return namespace;
  }

  /** Returns all connections that must be possible; all others must be impossible. */
  public Set<Connection> expected() {
    return expected;
  }

  /**
   * Returns true if the policies of a pod must allow it to dial; the other side may still refuse.
   */
  public boolean mayDial(Connection connection) {
    return expected.contains(connection)
        || (setup.contains(connection.from()) && API_SERVER.contains(connection.socket()));
  }

  /** Returns true for pods of Orrery in its namespace, to which policies apply. */
  public boolean isGoverned(Peer peer) {
    return namespace.equals(peer.namespace()) && "orrery".equals(peer.labels().get(Neighbours.APP));
  }

  /** Returns all candidate ports: those of the plan, open or not, and some foreign ones. */
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
