package dev.orrery.k8s.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.it.harness.AtNight;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the administration commands of docs/kubernetes-changes.md on an API server without
 * controllers, so that only commands change objects.
 */
@Tag("thorough")
@AtNight
class DayTwoIT {
  private static final String HTTP_AGENTS = "orrery-agent-http";
  private static final String AKKA_AGENTS = "orrery-agent-akka";
  private static final String SCHEDULERS = "orrery-scheduler";
  private static final String FROM_COMPONENT = "orrery.dev/from-component=";
  private static final String PROTOCOL = "orrery.dev/protocol=";

  @AutoClose private static ControlPlane plane;

  @BeforeAll
  static void start() {
    plane = ControlPlane.start(Assets.orSkip(DayTwoIT.class), "day-two");
    OperatorKinds.install(plane.kubectl());
  }

  static Stream<String> overlays() {
    return OwnOverlay.all().stream();
  }

  static Stream<Arguments> componentsAndModes() {
    return OwnOverlay.allComponents().stream()
        .filter(component -> !component.equals("akka") && !OwnOverlay.of("http").brings(component))
        .flatMap(
            component -> Stream.of(ApplyMode.values()).map(mode -> Arguments.of(component, mode)));
  }

  @ParameterizedTest
  @EnumSource
  void keepsReplicasOfOwnOverlayAcrossApplies(ApplyMode mode) {
    Installation installation =
        prepared(
            "numbers",
            mode,
            OwnOverlay.of("http").replicas(HTTP_AGENTS, 8).replicas(SCHEDULERS, 4));
    installation.apply();

    installation.edit(installation.overlay().over("both")).apply();

    assertThat(installation.replicas(HTTP_AGENTS)).isEqualTo(8);
    assertThat(installation.replicas(SCHEDULERS)).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource
  void keepsManuallyScaledReplicasUntilNextApply(ApplyMode mode) {
    Installation installation = prepared("by-hand", mode, OwnOverlay.of("http")).apply();
    installation.in("scale", "deployment/" + HTTP_AGENTS, "--replicas=8");

    Kubectl.Result applied = installation.attemptApply();

    if (mode == ApplyMode.CLIENT_SIDE) {
      assertThat(applied.orFail().err()).isEmpty();
      assertThat(installation.replicas(HTTP_AGENTS)).isEqualTo(2);
    } else {
      assertThat(applied.err()).contains("conflict").contains(".spec.replicas");
      assertThat(installation.replicas(HTTP_AGENTS)).isEqualTo(8);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsReplicasSetByAddedAutoscaler(ApplyMode mode) {
    Installation installation = prepared("scaler-in", mode, OwnOverlay.of("http")).apply();
    installation.in("scale", "deployment/" + HTTP_AGENTS, "--replicas=8");
    if (mode == ApplyMode.CLIENT_SIDE) {
      installation
          .kubectl()
          .with("KUBE_EDITOR", "sed -i '/^  replicas:/d'")
          .run(
              "-n",
              installation.namespace(),
              "apply",
              "edit-last-applied",
              "deployment/" + HTTP_AGENTS);
    }

    installation.edit(installation.overlay().with("autoscaler")).apply();
    assertThat(installation.replicas(HTTP_AGENTS)).isEqualTo(8);

    installation.in("scale", "deployment/" + HTTP_AGENTS, "--replicas=5");
    installation.apply();
    assertThat(installation.replicas(HTTP_AGENTS)).as("the autoscaler's number").isEqualTo(5);
    assertThat(installation.diff()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("componentsAndModes")
  void removesComponentByApplyAndDeleteWithItsLabel(String component, ApplyMode mode) {
    OwnOverlay without = OwnOverlay.of("http").replicas(HTTP_AGENTS, 8);
    Installation installation = prepared("out-" + component, mode, without.with(component)).apply();

    installation.edit(without).apply();
    Set<String> left = leftOver(installation);
    if (!left.isEmpty()) {
      installation.in("delete", kinds(left), "-l", FROM_COMPONENT + component);
    }

    assertThat(leftOver(installation)).isEmpty();
    assertThat(installation.diff()).isEmpty();
    assertThat(installation.replicas(HTTP_AGENTS)).isEqualTo(8);
  }

  /** Returns leftovers, without older ConfigMaps, which are kept for a roll-back. */
  private static Set<String> leftOver(Installation installation) {
    Set<String> left = installation.leftOver();
    left.removeIf(name -> name.matches("ConfigMap orrery-(scheduler|agent-\\w+)-\\w{10}"));
    return left;
  }

  private static String kinds(Set<String> objects) {
    Set<String> kinds = new TreeSet<>();
    objects.forEach(
        name -> kinds.add(name.substring(0, name.indexOf(' ')).toLowerCase(Locale.ROOT)));
    return String.join(",", kinds);
  }

  @ParameterizedTest
  @EnumSource
  void keepsCapacityWhenMovingBetweenProtocols(ApplyMode mode) {
    OwnOverlay http = OwnOverlay.of("http").replicas(SCHEDULERS, 4).replicas(HTTP_AGENTS, 8);
    OwnOverlay both = http.over("both").replicas(AKKA_AGENTS, 8);
    OwnOverlay akka = OwnOverlay.of("akka").replicas(SCHEDULERS, 4).replicas(AKKA_AGENTS, 8);
    Installation installation = prepared("move", mode, http).apply();

    installation.edit(both).apply();
    assertThat(numbers(installation))
        .isEqualTo(Map.of(SCHEDULERS, 4, HTTP_AGENTS, 8, AKKA_AGENTS, 8));
    installation.edit(akka).apply();
    finishMove(installation, "http");
    assertThat(numbers(installation)).isEqualTo(Map.of(SCHEDULERS, 4, AKKA_AGENTS, 8));

    installation.edit(both).apply();
    assertThat(numbers(installation))
        .isEqualTo(Map.of(SCHEDULERS, 4, HTTP_AGENTS, 8, AKKA_AGENTS, 8));
    installation.edit(http).apply();
    finishMove(installation, "akka");
    assertThat(numbers(installation)).isEqualTo(Map.of(SCHEDULERS, 4, HTTP_AGENTS, 8));
  }

  /** Deletes the objects with the label of the former protocol. */
  private static void finishMove(Installation installation, String former) {
    installation.in(
        "delete",
        "deployment,service,networkpolicy,poddisruptionbudget,serviceaccount,configmap,"
            + "horizontalpodautoscaler",
        "-l",
        PROTOCOL + former);
    assertThat(leftOver(installation)).isEmpty();
    assertThat(installation.diff()).isEmpty();
  }

  private static Map<String, Integer> numbers(Installation installation) {
    Map<String, Integer> numbers = new TreeMap<>();
    installation
        .objects()
        .forEach(
            (name, object) -> {
              if (name.startsWith("Deployment ")) {
                numbers.put(
                    name.substring("Deployment ".length()), object.at("/spec/replicas").asInt());
              }
            });
    return numbers;
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void leavesFirstInstallationUnchangedBySecondInstallation(String overlay) {
    OwnOverlay own = OwnOverlay.of(overlay);
    Installation first = prepared("one-" + overlay, ApplyMode.CLIENT_SIDE, own);
    first.addSecrets();
    first.apply();
    Map<String, String> before = first.versions();

    Installation second = prepared("two-" + overlay, ApplyMode.CLIENT_SIDE, own);
    second.addSecrets();
    second.apply().apply();
    assertThat(second.objects().values())
        .allSatisfy(
            object ->
                assertThat(object.toString())
                    .doesNotContain(first.namespace())
                    .doesNotContainPattern("orrery-(http|api|agent|scheduler)[a-z-]*\\.orrery"));
    second.uninstall();

    assertThat(first.versions()).isEqualTo(before);
  }

  /** The page advises against it; it must harm only one installation. */
  @Test
  void leavesSecondInstallationUnchangedByPruning() {
    OwnOverlay own = OwnOverlay.of("http");
    Installation other = prepared("kept", ApplyMode.CLIENT_SIDE, own).apply();
    Map<String, String> before = other.versions();
    Installation pruned = prepared("pruned", ApplyMode.CLIENT_SIDE, own).apply();

    pruned.in("apply", "-k", pruned.directory(), "--prune", "-l", "app.kubernetes.io/name=orrery");

    assertThat(other.versions()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void keepsSecretsDataAndUnrelatedObjectsOnUninstall(String overlay) {
    Installation installation =
        prepared("gone-" + overlay, ApplyMode.CLIENT_SIDE, OwnOverlay.of(overlay));
    installation.addSecrets();
    addClaim(installation);
    installation.in("create", "configmap", "of-a-stranger", "--from-literal=key=value");
    Map<String, String> before = installation.versions();

    installation.apply().uninstall();
    assertThat(installation.versions()).isEqualTo(before);

    installation.apply();
    assertThat(installation.versions()).containsAllEntriesOf(before);
  }

  @ParameterizedTest
  @EnumSource
  void removesLeftoversOfFormerOverlaysOnUninstall(ApplyMode mode) {
    OwnOverlay http = OwnOverlay.of("http");
    Installation installation = prepared("left", mode, http.over("both").with("autoscaler"));
    installation.addSecrets();
    Map<String, String> before = installation.versions();
    installation.apply().edit(http).apply();

    installation.uninstall();
    installation.in(
        "delete",
        "deployment,service,configmap,networkpolicy,poddisruptionbudget,serviceaccount,"
            + "horizontalpodautoscaler",
        "-l",
        "app.kubernetes.io/name=orrery");

    assertThat(installation.versions()).isEqualTo(before);
  }

  @Test
  void movesInstallationWithSecretsToNewNamespace() {
    OwnOverlay own = OwnOverlay.of("http");
    Installation from = prepared("from", ApplyMode.CLIENT_SIDE, own);
    from.addSecrets();
    from.apply();
    Installation to = prepared("to", ApplyMode.CLIENT_SIDE, own);

    plane
        .kubectl()
        .shell(
            """
            kubectl -n FROM scale deployment/orrery-agent-http deployment/orrery-scheduler --replicas=0
            for secret in orrery-scheduler orrery-database orrery-agent; do
              kubectl -n FROM get secret $secret -o yaml |
                sed -e '/^  namespace:/d' -e '/^  uid:/d' -e '/^  resourceVersion:/d' |
                kubectl -n TO create -f -
            done
            """
                .replace("FROM", from.namespace())
                .replace("TO", to.namespace()));
    from.uninstall();
    to.apply();

    for (String secret : List.of("orrery-scheduler", "orrery-database", "orrery-agent")) {
      assertThat(to.secret(secret)).isEqualTo(from.secret(secret));
    }
    assertThat(to.replicas(SCHEDULERS)).isEqualTo(2);
    assertThat(from.objects().keySet()).allMatch(name -> name.startsWith("Secret "));
  }

  /** Administering one namespace must not require rights outside it. */
  @ParameterizedTest
  @MethodSource("overlays")
  void installsWithPermissionsLimitedToOneNamespace(String overlay) {
    Installation installation =
        prepared("rights-" + overlay, ApplyMode.CLIENT_SIDE, OwnOverlay.of(overlay));
    String user = "administrator-of-" + installation.namespace();
    // The ClusterRole "admin" is the sum of these, which a controller adds up.
    for (String role : Set.of("admin", "edit", "view")) {
      installation.in(
          "create",
          "rolebinding",
          role,
          "--user=" + user,
          "--clusterrole=system:aggregate-to-" + role);
    }
    installation.in("create", "role", "operator", "--verb=*", "--resource=*.monitoring.coreos.com");
    installation.in("create", "rolebinding", "operator", "--user=" + user, "--role=operator");
    installation.edit(installation.overlay());

    installation.in("apply", "--validate=strict", "-k", installation.directory(), "--as=" + user);

    assertThat(installation.objects().keySet()).containsAll(installation.rendered().keySet());
  }

  @ParameterizedTest
  @EnumSource
  void replacesSchedulerWhenMovingOffQuickstartDatabase(ApplyMode mode) {
    Installation installation = prepared("grown-up", mode, OwnOverlay.of("quickstart")).apply();
    List<String> before = databases(installation);

    installation.edit(installation.overlay().over("http")).apply();

    assertThat(databases(installation)).hasSameSizeAs(before).doesNotContainAnyElementsOf(before);
  }

  /** Returns the Secrets with the schedulers' database settings. */
  private static List<String> databases(Installation installation) {
    return installation
        .get("deployment", SCHEDULERS)
        .at("/spec/template/spec/volumes")
        .valueStream()
        .filter(volume -> volume.get("name").asText().equals("database"))
        .map(volume -> volume.at("/secret/secretName").asText())
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void keepsClusterSecretWhenRotatingAdminToken(ApplyMode mode) {
    Installation installation = prepared("rotated", mode, OwnOverlay.of("http"));
    installation.addSecrets();
    installation.apply();
    JsonNode before = installation.secret(SCHEDULERS);

    installation.in(
        "patch", "secret", SCHEDULERS, "-p", "{\"stringData\":{\"admin-token\":\"another\"}}");
    installation.apply();

    JsonNode after = installation.secret(SCHEDULERS);
    assertThat(after.get("cluster-secret")).isEqualTo(before.get("cluster-secret"));
    assertThat(after.get("admin-token")).isNotEqualTo(before.get("admin-token"));
    assertThat(installation.diff()).isEmpty();
  }

  private static Installation prepared(String name, ApplyMode mode, OwnOverlay overlay) {
    Installation installation = Installation.prepare(plane, mode, name + mode.suffix(), overlay);
    return installation.edit(overlay);
  }

  /** Adds the claims that the StatefulSet controller would create. */
  private static void addClaim(Installation installation) {
    for (ObjectNode object : installation.rendered().values()) {
      if (object.get("kind").asText().equals("StatefulSet")) {
        for (JsonNode template : object.at("/spec/volumeClaimTemplates")) {
          ObjectNode claim = template.deepCopy();
          claim.put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
          ((ObjectNode) claim.get("metadata"))
              .put("namespace", installation.namespace())
              .put(
                  "name",
                  template.at("/metadata/name").asText()
                      + "-"
                      + object.at("/metadata/name").asText()
                      + "-0");
          installation.kubectl().apply(claim.toString());
        }
      }
    }
  }
}
