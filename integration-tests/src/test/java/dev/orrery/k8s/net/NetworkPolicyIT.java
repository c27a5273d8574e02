package dev.orrery.k8s.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orrery.it.harness.AtNight;
import dev.orrery.k8s.Neighbours;
import dev.orrery.k8s.Overlay;
import dev.orrery.k8s.policy.Socket;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Enforces the policies of each overlay in the kernel between pods, which are network namespaces.
 * Exactly the connections of the port plan must pass, with the real programs at work.
 */
@Tag("thorough")
@AtNight
class NetworkPolicyIT {
  private static final int DNS_PORT = 53;
  private static final int RUNS = 10;

  @AutoClose private static OverlayNetwork ipv4;

  @BeforeAll
  static void build() {
    Optional<String> missing = PodNetwork.missing();
    missing.ifPresent(why -> System.out.println("SKIPPED NetworkPolicyIT: " + why));
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    ipv4 = new OverlayNetwork(Family.IPV4, Overlay.NAMES);
  }

  static Stream<String> overlays() {
    return Stream.of("both", "quickstart", "http", "akka");
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void runsJobsAndBlocksTrafficOutsideThePortPlan(String overlay) throws IOException {
    runJobsAndTryAll(ipv4, overlay);
  }

  /** Tests one family at a time: a cluster may use IPv6 alone, and a dual stack uses both. */
  @Test
  void enforcesSamePoliciesOverIpv6() throws IOException {
    Optional<String> missing = PodNetwork.missingIpv6();
    missing.ifPresent(why -> System.out.println("SKIPPED NetworkPolicyIT over IPv6: " + why));
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    try (OverlayNetwork ipv6 = new OverlayNetwork(Family.IPV6, List.of("both", "example"))) {
      runJobsAndTryAll(ipv6, "both");
      tryWaysOut(ipv6);
    }
  }

  private static void runJobsAndTryAll(OverlayNetwork network, String overlay) throws IOException {
    Cast cast = network.cast(overlay);
    enforce(network, cast, policies(cast));
    try (Installation installation = new Installation(cast, network.pods())) {
      installation.start();
      installation.runJobs(RUNS);
      installation.awaitPlannedSessions();
      installation.awaitReplicasReachEachOther();

      Matrix found = Matrix.tried(cast, network.pods());
      System.out.printf(
          "NetworkPolicyIT: who reaches whom in overlay %s, tried (. is dropped); %d runs"
              + " SUCCEEDED, sessions %s%n%s",
          overlay, RUNS, installation.sessions(), found.table());

      assertThat(found.differences(planned(cast, installation.listening()))).isEmpty();
    }
  }

  /** Tests access to public addresses without the programs, because nothing else changes. */
  @Test
  void allowsOnlyEgressOpenedByComponents() {
    tryWaysOut(ipv4);
  }

  private static void tryWaysOut(OverlayNetwork network) {
    Cast cast = network.cast("example");
    enforce(network, cast, policies(cast));

    Matrix found = Matrix.tried(cast, network.pods());
    System.out.printf(
        "NetworkPolicyIT: who reaches whom in overlay example, tried (. is dropped);"
            + " nobody but DNS listens%n%s",
        found.table());

    assertThat(found.differences(planned(cast, Map.of()))).isEmpty();
  }

  /**
   * A seeded mistake in the policies.
   *
   * @param found a connection that must differ from the plan, with the difference
   */
  record Mistake(String name, String overlay, Consumer<List<NetworkPolicy>> mistake, String found) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "a rule is missing",
            "http",
            all -> policy(all, "scheduler-http").getSpec().getIngress().clear(),
            "orrery-agent-http-1 -> orrery-scheduler-1 TCP 10010 is DROPPED, planned REFUSED"),
        new Mistake(
            "the cluster port is closed",
            "both",
            all -> all.remove(policy(all, "scheduler-cluster")),
            "orrery-scheduler-1 -> orrery-scheduler-2 TCP 10020 is DROPPED, planned REFUSED"),
        new Mistake(
            "a port is open that nothing needs",
            "http",
            all ->
                policy(all, "scheduler-api")
                    .getSpec()
                    .getIngress()
                    .get(0)
                    .getPorts()
                    .add(port("TCP", 8080)),
            "client -> orrery-scheduler-2 TCP 8080 is REFUSED, planned DROPPED"),
        new Mistake(
            "all ports are open",
            "quickstart",
            all -> policy(all, "scheduler-api").getSpec().getIngress().get(0).getPorts().clear(),
            "client -> orrery-scheduler-1 UDP 443 is REFUSED, planned DROPPED"),
        new Mistake(
            "a selector means others",
            "http",
            all ->
                policy(all, "scheduler-management")
                    .getSpec()
                    .getIngress()
                    .get(0)
                    .getFrom()
                    .get(0)
                    .setPodSelector(null),
            "Grafana -> orrery-scheduler-1 TCP 9000 is REFUSED, planned DROPPED"),
        new Mistake(
            "a selector means nobody",
            "akka",
            all ->
                policy(all, "agent-akka")
                    .getSpec()
                    .getPodSelector()
                    .setMatchLabels(Map.of("orrery.dev/protocol", "acca")),
            "orrery-scheduler-1 -> orrery-agent-akka-2 TCP 27777 is DROPPED, planned REFUSED"),
        new Mistake(
            "the default deny is missing",
            "http",
            all -> all.remove(policy(all, "orrery-default-deny")),
            "client -> pod of Orrery without a rule TCP 22 is REFUSED, planned DROPPED"),
        new Mistake(
            "the default denies one direction only",
            "akka",
            all -> policy(all, "orrery-default-deny").getSpec().setPolicyTypes(List.of("Ingress")),
            "pod of Orrery without a rule -> metadata service TCP 80 is REFUSED, planned"
                + " DROPPED"),
        new Mistake(
            "a policy does not say that it is for what goes out",
            "http",
            all -> policy(all, "agent-http").getSpec().setPolicyTypes(List.of("Ingress")),
            "orrery-agent-http-2 -> orrery-scheduler-2 TCP 10010 is DROPPED, planned REFUSED"),
        new Mistake(
            "the name server is asked over TCP only",
            "http",
            all -> policy(all, "orrery-dns").getSpec().getEgress().get(0).getPorts().remove(0),
            "orrery-agent-http-1 -> DNS UDP 53 is DROPPED, planned OPEN"),
        new Mistake(
            "private addresses are not left out",
            "example",
            all ->
                policy(all, "agent-internet")
                    .getSpec()
                    .getEgress()
                    .get(0)
                    .getTo()
                    .get(0)
                    .getIpBlock()
                    .setExcept(List.of("10.0.0.0/8")),
            "orrery-agent-http-1 -> metadata service TCP 80 is REFUSED, planned DROPPED"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void findsSeededErrorInPolicies(Mistake mistake) {
    Cast cast = ipv4.cast(mistake.overlay());
    List<NetworkPolicy> policies = policies(cast);
    mistake.mistake().accept(policies);
    enforce(ipv4, cast, policies);

    assertThat(Matrix.tried(cast, ipv4.pods()).differences(planned(cast, Map.of())))
        .contains(mistake.found());
  }

  /** Adds the name server, which always listens. */
  private static Matrix planned(Cast cast, Map<Endpoint, Set<Socket>> listening) {
    Map<Endpoint, Set<Socket>> all = new HashMap<>(listening);
    all.put(cast.of(Neighbours.DNS), Set.of(Socket.tcp(DNS_PORT), Socket.udp(DNS_PORT)));
    return Matrix.planned(cast, all);
  }

  private static void enforce(OverlayNetwork network, Cast cast, List<NetworkPolicy> policies) {
    network.pods().enforce(cast.rules(policies), cast.everybody());
  }

  /** Returns mutable copies. */
  private static List<NetworkPolicy> policies(Cast cast) {
    List<NetworkPolicy> copies = new ArrayList<>();
    for (NetworkPolicy policy : cast.overlay().all(NetworkPolicy.class)) {
      copies.add(new NetworkPolicyBuilder(policy).build());
    }
    return copies;
  }

  private static NetworkPolicy policy(List<NetworkPolicy> policies, String name) {
    return policies.stream()
        .filter(policy -> policy.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static NetworkPolicyPort port(String protocol, int number) {
    return new NetworkPolicyPortBuilder().withProtocol(protocol).withNewPort(number).build();
  }
}
