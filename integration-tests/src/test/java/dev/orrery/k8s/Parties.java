package dev.orrery.k8s;

import dev.orrery.k8s.policy.Direction;
import dev.orrery.k8s.policy.Peer;
import dev.orrery.k8s.policy.Peers;
import dev.orrery.k8s.policy.Peers.Addresses;
import dev.orrery.k8s.policy.Peers.Pods;
import dev.orrery.k8s.policy.Ports;
import dev.orrery.k8s.policy.Selector;
import dev.orrery.k8s.policy.Socket;
import dev.orrery.protocol.Protocol;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who may take part in a connection, as docs/kubernetes.md names them by labels. */
final class Parties {
  private static final String COMPONENT = "app.kubernetes.io/component";
  private static final String PROTOCOL = "orrery.dev/protocol";
  private static final Map<String, String> ANY = Map.of();

  /**
   * @param members peers that belong to it
   * @param closed directions in which policies govern its pods
   */
  record Party(String name, List<Peers> members, Set<Direction> closed) {
    /** Returns the pods of a party that has nothing else. */
    Selector pods() {
      return ((Pods) members.get(0)).pod();
    }

    boolean contains(Peer peer) {
      return members.stream().anyMatch(one -> one.contains(peer));
    }
  }

  static final Party CLIENTS = pods("clients", Map.of("orrery.dev/clients", "true"), ANY);
  static final Party PROMETHEUS =
      pods(
          "Prometheus",
          Map.of("orrery.dev/monitoring", "true"),
          Map.of(Neighbours.APP, "prometheus"));
  static final Party POWERJOB =
      pods(
          "PowerJob workers",
          Map.of("orrery.dev/workers", "true"),
          Map.of("orrery.dev/dialect", "powerjob"));
  static final Party DNS =
      pods("DNS", Map.of(Neighbours.NAMESPACE_NAME, "kube-system"), Map.of("k8s-app", "kube-dns"));
  static final Party OPERATOR =
      pods(
          "CloudNativePG",
          Map.of(Neighbours.NAMESPACE_NAME, "cnpg-system"),
          Map.of(Neighbours.APP, "cloudnative-pg"));

  /** Private networks without a metadata service, and pods elsewhere. */
  static final Party DATABASE =
      outside(
          "database",
          new Pods(Selector.of(Map.of("orrery.dev/database", "true")), Selector.ALL),
          Addresses.of(
              List.of("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"),
              List.of("fd00:ec2::254/128")));

  /** All but private, shared and link-local networks, metadata services and benchmarks. */
  static final Party INTERNET =
      outside(
          "the internet",
          Addresses.of(
              List.of("0.0.0.0/0", "::/0"),
              List.of(
                  "10.0.0.0/8",
                  "100.64.0.0/10",
                  "168.63.129.16/32",
                  "169.254.0.0/16",
                  "172.16.0.0/12",
                  "192.0.0.0/24",
                  "192.168.0.0/16",
                  "198.18.0.0/15",
                  "fc00::/7",
                  "fe80::/10")));

  /** Of any network but link-local ones and metadata services. */
  static final Party MAIL_SERVERS =
      outside(
          "mail servers",
          Addresses.of(
              List.of("0.0.0.0/0", "::/0"),
              List.of(
                  "168.63.129.16/32",
                  "169.254.0.0/16",
                  "192.0.0.0/24",
                  "fd00:ec2::254/128",
                  "fe80::/10")));

  /** That of a cluster is only known by its port. */
  static final Party API_SERVER = outside("API server", Pods.ALL, Addresses.ALL);

  static final Ports PORTS_OF_API_SERVERS =
      Ports.of(Socket.tcp(443), Socket.tcp(6443), Socket.tcp(8443), Socket.tcp(16443));

  /** All pods of Orrery, whatever they are. */
  final Party orrery;

  final Party schedulers;
  final Party agents;
  final Party database;
  final Party setup;

  /** Of CloudNativePG, which call the API server of the cluster. */
  final Party instances;

  private final String namespace;

  Parties(String namespace) {
    this.namespace = namespace;
    orrery = own("pods of Orrery", Map.of());
    schedulers = own("schedulers", Map.of(COMPONENT, "scheduler"));
    agents = own("agents", Map.of(COMPONENT, "agent"));
    database = own("PostgreSQL", Map.of(COMPONENT, "database"));
    setup = own("setup", Map.of(COMPONENT, "setup"));
    instances =
        party("instances", Map.of("cnpg.io/cluster", "orrery-db"), EnumSet.of(Direction.INGRESS));
  }

  Party agents(Protocol protocol) {
    String name = protocol.canonicalName();
    return own("agents over " + name, Map.of(COMPONENT, "agent", PROTOCOL, name));
  }

  /** Returns workers of other namespaces. */
  static Party workers(Protocol protocol) {
    String name = protocol.canonicalName();
    return pods(
        "workers over " + name, Map.of("orrery.dev/workers", "true"), Map.of(PROTOCOL, name));
  }

  private Party own(String name, Map<String, String> labels) {
    Map<String, String> all = new HashMap<>(labels);
    all.put(Neighbours.APP, "orrery");
    return party(name, all, EnumSet.allOf(Direction.class));
  }

  private Party party(String name, Map<String, String> labels, Set<Direction> closed) {
    Map<String, String> here = Map.of(Neighbours.NAMESPACE_NAME, namespace);
    return new Party(name, List.of(new Pods(Selector.of(here), Selector.of(labels))), closed);
  }

  private static Party pods(
      String name, Map<String, String> namespace, Map<String, String> labels) {
    return outside(name, new Pods(Selector.of(namespace), Selector.of(labels)));
  }

  private static Party outside(String name, Peers... members) {
    return new Party(name, List.of(members), Set.of());
  }
}
