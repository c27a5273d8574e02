package dev.orrery.k8s;

import dev.orrery.k8s.policy.Peer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The peers that an overlay's pods may meet, allowed and unwanted ones. */
public final class Neighbours {
  static final String APP = "app.kubernetes.io/name";
  static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

  public static final Peer CLIENT = pod("client", Map.of("orrery.dev/clients", "true"), Map.of());
  public static final Peer PROMETHEUS =
      pod(
          "Prometheus",
          Map.of("orrery.dev/monitoring", "true"),
          Map.of("app.kubernetes.io/name", "prometheus"));
  static final Peer WORKER_HTTP = worker("http");
  static final Peer WORKER_AKKA = worker("akka");
  static final Peer WORKER_POWERJOB =
      pod(
          "PowerJob worker elsewhere",
          Map.of("orrery.dev/workers", "true"),
          Map.of("orrery.dev/dialect", "powerjob"));
  public static final Peer DNS =
      pod("DNS", Map.of(NAMESPACE_NAME, "kube-system"), Map.of("k8s-app", "kube-dns"));
  public static final Peer DATABASE =
      pod("database elsewhere", Map.of("orrery.dev/database", "true"), Map.of());
  static final Peer PRIVATE_ADDRESS = Peer.address("private address", "10.20.30.40");

  static final Peer PRIVATE_IPV6 = Peer.address("private address of IPv6", "fd12:3456::7");

  static final Peer PUBLIC_ADDRESS = Peer.address("public address", "192.0.2.1");

  static final Peer PUBLIC_IPV6 = Peer.address("public address of IPv6", "2001:db8::1");

  /** Peers that must not connect. */
  private static final List<Peer> STRANGERS =
      List.of(
          pod("pod of another namespace", Map.of(), Map.of()),
          pod(
              "agent of another namespace",
              Map.of(),
              Map.of(
                  APP,
                  "orrery",
                  "app.kubernetes.io/component",
                  "agent",
                  "orrery.dev/protocol",
                  "http")),
          pod(
              "scheduler of another namespace",
              Map.of(),
              Map.of(APP, "orrery", "app.kubernetes.io/component", "scheduler")),
          pod("PowerJob worker anywhere", Map.of(), Map.of("orrery.dev/dialect", "powerjob")),
          pod("Grafana", Map.of("orrery.dev/monitoring", "true"), Map.of()),
          pod("pod of the workers' namespace", Map.of("orrery.dev/workers", "true"), Map.of()),
          pod("pod of kube-system", Map.of(NAMESPACE_NAME, "kube-system"), Map.of()),
          Peer.address("metadata service", "169.254.169.254"),
          Peer.address("metadata service of IPv6", "fd00:ec2::254"),
          Peer.address("metadata service of Azure", "168.63.129.16"),
          Peer.address("address of IETF protocols", "192.0.0.192"),
          Peer.address("address of benchmarks", "198.18.0.1"));

  /** Only the default policy applies to it. */
  static final String UNRULED = "pod of Orrery without a rule";

  private Neighbours() {}

  /**
   * @param own labels of the overlay's namespace
   */
  public static List<Peer> of(Map<String, String> own) {
    List<Peer> all =
        new ArrayList<>(
            List.of(
                CLIENT,
                PROMETHEUS,
                WORKER_HTTP,
                WORKER_AKKA,
                WORKER_POWERJOB,
                DNS,
                DATABASE,
                PRIVATE_ADDRESS,
                PRIVATE_IPV6,
                PUBLIC_ADDRESS,
                PUBLIC_IPV6));
    all.addAll(STRANGERS);
    all.add(
        Peer.pod(
            "scheduler of another program here",
            own,
            Map.of(APP, "other", "app.kubernetes.io/component", "scheduler")));
    all.add(
        Peer.pod(
            "agent of another program here",
            own,
            Map.of("app.kubernetes.io/component", "agent", "orrery.dev/protocol", "http")));
    all.add(Peer.pod("unlabelled pod of this namespace", own, Map.of()));
    all.add(Peer.pod(UNRULED, own, Map.of(APP, "orrery")));
    return all;
  }

  private static Peer worker(String protocol) {
    return pod(
        "worker elsewhere over " + protocol,
        Map.of("orrery.dev/workers", "true"),
        Map.of("orrery.dev/protocol", protocol));
  }

  private static Peer pod(String name, Map<String, String> namespace, Map<String, String> labels) {
    Map<String, String> named = new HashMap<>(namespace);
    named.putIfAbsent(NAMESPACE_NAME, "ns-" + name.replace(' ', '-').toLowerCase(Locale.ROOT));
    return Peer.pod(name, named, labels);
  }
}
