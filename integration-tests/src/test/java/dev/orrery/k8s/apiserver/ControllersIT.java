package dev.orrery.k8s.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.testing.program.Await;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests the effect of controllers on an installation, such as its pods, which no node runs here.
 */
@Tag("thorough")
@AtNight
class ControllersIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  private static final String AGENTS = "orrery-agent-http";
  private static final String SCHEDULERS = "orrery-scheduler";

  @AutoClose private static ControlPlane plane;

  @BeforeAll
  static void start() {
    Assets assets = Assets.orSkip(ControllersIT.class);
    String absent = "no kube-controller-manager in the directory of " + Assets.VARIABLE;
    if (assets.controllerManager().isEmpty()) {
      System.out.println("SKIPPED ControllersIT: " + absent);
    }
    assumeTrue(assets.controllerManager().isPresent(), absent);
    plane = ControlPlane.start(assets, "controllers");
    plane.startControllers();
    OperatorKinds.install(plane.kubectl());
  }

  static Stream<String> overlays() {
    return OwnOverlay.all().stream();
  }

  /** The namespace enforces the profile "restricted", which rejects pods but not Deployments. */
  @ParameterizedTest
  @MethodSource("overlays")
  void admitsEveryPodAndKeepsVolumeClaimsAfterUninstall(String overlay) {
    Installation installation = prepared("pods-" + overlay, OwnOverlay.of(overlay)).apply();
    Map<String, Integer> wanted = wantedPods(installation);
    awaitPods(installation, wanted);

    installation.uninstall();

    awaitPods(installation, Map.of());
    for (ObjectNode object : installation.rendered().values()) {
      if (object.get("kind").asText().equals("StatefulSet")) {
        String claim =
            object.at("/spec/volumeClaimTemplates/0/metadata/name").asText()
                + "-"
                + object.at("/metadata/name").asText()
                + "-0";
        JsonNode metadata = installation.get("persistentvolumeclaim", claim).get("metadata");
        assertThat(metadata.has("deletionTimestamp")).isFalse();
      }
    }
  }

  /** Without an adapter it does not know the metric, but it must keep the number of replicas. */
  @ParameterizedTest
  @EnumSource
  void keepsAllAgentsWhenAutoscalerIsAdded(ApplyMode mode) {
    Installation installation =
        Installation.prepare(plane, mode, "scaler" + mode.suffix(), OwnOverlay.of("http")).apply();
    installation.in("scale", "deployment/" + AGENTS, "--replicas=8");
    awaitPods(installation, Map.of(SCHEDULERS, 2, AGENTS, 8));
    Map<String, JsonNode> before = pods(installation);
    if (mode == ApplyMode.CLIENT_SIDE) {
      installation
          .kubectl()
          .with("KUBE_EDITOR", "sed -i '/^  replicas:/d'")
          .run(
              "-n", installation.namespace(), "apply", "edit-last-applied", "deployment/" + AGENTS);
    }

    installation.edit(installation.overlay().with("autoscaler")).apply();
    installation.in(
        "wait",
        "--for=condition=AbleToScale",
        "--timeout=" + TIMEOUT.toSeconds() + "s",
        "horizontalpodautoscaler/" + AGENTS);

    assertThat(installation.replicas(AGENTS)).isEqualTo(8);
    assertThat(pods(installation).keySet()).isEqualTo(before.keySet());
  }

  /** An undo alone is not enough, because apply does not know what it restored. */
  @Test
  void removesLeftoversOfUndoByApplyingFormerState() {
    OwnOverlay http = OwnOverlay.of("http");
    Installation installation = prepared("undone", http.with("tls")).apply();
    awaitPods(installation, Map.of(SCHEDULERS, 2, AGENTS, 2));
    installation.edit(http).apply();
    awaitRevisions(installation, 2);
    assertThat(volumes(installation)).isEqualTo(1);

    installation.in("rollout", "undo", "deployment/" + SCHEDULERS);
    assertThat(volumes(installation)).isEqualTo(2);
    installation.edit(http.with("tls")).apply();
    installation.edit(http).apply();

    assertThat(volumes(installation)).isEqualTo(1);
    assertThat(installation.diff()).isEmpty();
  }

  private static int volumes(Installation installation) {
    return installation.get("deployment", SCHEDULERS).at("/spec/template/spec/volumes").size();
  }

  private static void awaitRevisions(Installation installation, int count) {
    Await.until(
        count + " revisions of the scheduler",
        TIMEOUT,
        () ->
            installation
                    .in(
                        "get",
                        "replicaset",
                        "-l",
                        "app.kubernetes.io/component=scheduler",
                        "-o",
                        "json")
                    .json()
                    .get("items")
                    .size()
                == count);
  }

  private static Installation prepared(String namespace, OwnOverlay overlay) {
    return Installation.prepare(plane, ApplyMode.CLIENT_SIDE, namespace, overlay).edit(overlay);
  }

  /** Returns the number of pods by the name of their owner. */
  private static Map<String, Integer> wantedPods(Installation installation) {
    Map<String, Integer> wanted = new TreeMap<>();
    for (ObjectNode object : installation.rendered().values()) {
      String name = object.at("/metadata/name").asText();
      switch (object.get("kind").asText()) {
        case "Deployment", "StatefulSet" -> wanted.put(name, object.at("/spec/replicas").asInt());
        case "Job" -> wanted.put(name, 1);
        default -> {}
      }
    }
    for (ObjectNode object : installation.rendered().values()) {
      if (object.get("kind").asText().equals("HorizontalPodAutoscaler")) {
        wanted.put(
            object.at("/spec/scaleTargetRef/name").asText(),
            object.at("/spec/minReplicas").asInt());
      }
    }
    return wanted;
  }

  private static Map<String, JsonNode> pods(Installation installation) {
    Map<String, JsonNode> pods = new TreeMap<>();
    for (JsonNode pod : installation.in("get", "pods", "-o", "json").json().get("items")) {
      pods.put(pod.at("/metadata/name").asText(), pod);
    }
    return pods;
  }

  private static void awaitPods(Installation installation, Map<String, Integer> wanted) {
    Await.until(
        "the pods " + wanted,
        TIMEOUT,
        () -> {
          Map<String, Integer> found = new TreeMap<>();
          pods(installation).values().forEach(pod -> found.merge(origin(pod), 1, Integer::sum));
          if (!found.equals(wanted)) {
            throw new IllegalStateException("Found " + found);
          }
          return true;
        });
  }

  /** Returns the Deployment, StatefulSet or Job that created the pod. */
  private static String origin(JsonNode pod) {
    String owner = pod.at("/metadata/ownerReferences/0/name").asText();
    JsonNode hash = pod.at("/metadata/labels").path("pod-template-hash");
    return hash.isMissingNode() ? owner : owner.replace("-" + hash.asText(), "");
  }
}
