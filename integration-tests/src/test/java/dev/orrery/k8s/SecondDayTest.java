package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks the effect of applying manifests to a running installation: changes between overlays,
 * added and removed components, and manually changed numbers. docs/kubernetes-changes.md must have
 * the commands for leftovers.
 */
@Tag("thorough")
class SecondDayTest {
  private static final String AGENT = "orrery-agent-http";
  private static final String SCHEDULER = "orrery-scheduler";
  private static final String COMPONENT = "orrery.dev/from-component";
  private static final String PROTOCOL = "orrery.dev/protocol";

  /** The overlays of one namespace; the quickstart has its own. */
  private static final List<String> OVERLAYS = List.of("http", "akka", "both", "example");

  @TempDir private Path directory;
  private final AppliedObjects cluster = new AppliedObjects();

  private static List<ObjectNode> overlay(String name) {
    return Kubectl.kustomize(Overlay.directory(name));
  }

  /** Returns a user's overlay. */
  private List<ObjectNode> overlay(String base, String... components) {
    return Overlay.own(newDirectory(), "orrery", Overlay.directory(base), components);
  }

  private Path newDirectory() {
    try {
      return Files.createTempDirectory(directory, "own-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ObjectNode> withReplicas(
      List<ObjectNode> objects, String deployment, int replicas) {
    objects.stream()
        .filter(object -> AppliedObjects.key(object).equals("Deployment " + deployment))
        .forEach(object -> object.withObject("/spec").put("replicas", replicas));
    return objects;
  }

  static Stream<Arguments> pairs() {
    return OVERLAYS.stream()
        .flatMap(from -> OVERLAYS.stream().map(to -> Arguments.of(from, to)))
        .filter(pair -> !pair.get()[0].equals(pair.get()[1]));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void leavesOnlyLabelledObjectsWhenChangingOverlay(String from, String to) {
    cluster.apply(overlay(from));
    cluster.apply(overlay(to));

    AppliedObjects alone = new AppliedObjects();
    alone.apply(overlay(to));
    for (String key : alone.keys()) {
      assertThat(cluster.find(key)).as(key).isEqualTo(alone.find(key));
    }
    // What is left over has a label by which it is taken away, or is a ConfigMap of former pods.
    Set<String> left = cluster.keys();
    left.removeAll(alone.keys());
    assertThat(left)
        .allMatch(
            key ->
                key.matches("ConfigMap .*-[a-z0-9]{10}")
                    || cluster.find(key).at("/metadata/labels").has(COMPONENT)
                    || cluster.find(key).at("/metadata/labels").has(PROTOCOL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "agent-internet",
        "autoscaler",
        "cloudnative-pg",
        "dashboard",
        "external-database",
        "mail",
        "monitoring",
        "powerjob",
        "tls",
        "webhooks"
      })
  void removesAllObjectsOfComponentByDocumentedCommand(String component) throws IOException {
    // The others have external-database already.
    String base = component.equals("external-database") ? "../base" : "http";
    AppliedObjects without = new AppliedObjects();
    without.apply(overlay(base));
    cluster.apply(overlay(base, component));
    cluster.apply(overlay(base));

    cluster.delete(kindsToDelete(component), COMPONENT, component);

    assertThat(cluster.keys())
        .filteredOn(key -> !key.matches("ConfigMap .*-[a-z0-9]{10}"))
        .allMatch(key -> without.keys().contains(key));
    for (String key : without.keys()) {
      assertThat(cluster.find(key)).as(key).isEqualTo(without.find(key));
    }
  }

  /** Returns the kinds in the row of the table; empty for a component that adds no object. */
  private static Set<String> kindsToDelete(String component) throws IOException {
    Matcher row =
        Pattern.compile(
                "\\| `"
                    + component
                    + "` \\|[^\n]*?kubectl -n orrery delete ([a-z,]+) -l "
                    + COMPONENT
                    + "="
                    + component
                    + "`")
            .matcher(operations());
    return row.find() ? Set.of(row.group(1).split(",")) : Set.of();
  }

  @Test
  void removesAllObjectsOfFormerProtocolAfterMove() throws IOException {
    Matcher command =
        Pattern.compile("kubectl -n orrery delete ([a-z,]+) \\\\\n *-l orrery.dev/protocol=http")
            .matcher(operations());
    assertThat(command.find()).isTrue();
    Set<String> kinds = Set.of(command.group(1).split(","));

    cluster.apply(overlay("both", "autoscaler"));
    cluster.apply(overlay("akka"));
    cluster.delete(kinds, PROTOCOL, "http");

    AppliedObjects akka = new AppliedObjects();
    akka.apply(overlay("akka"));
    assertThat(cluster.keys())
        .filteredOn(key -> !key.startsWith("ConfigMap orrery-scheduler-"))
        .allMatch(key -> akka.keys().contains(key));
  }

  @Test
  void resetsManuallyScaledReplicasOnApply() {
    cluster.apply(overlay("http"));
    cluster.scale(AGENT, 8);
    cluster.apply(overlay("http"));
    assertThat(cluster.replicas(AGENT)).isEqualTo(2);

    cluster.scale(AGENT, 8);
    cluster.apply(withReplicas(overlay("http"), AGENT, 8));
    assertThat(cluster.replicas(AGENT)).isEqualTo(8);
  }

  @Test
  void keepsReplicasForAutoscalerAfterDocumentedCommand() throws IOException {
    assertThat(operations())
        .contains(
            "KUBE_EDITOR=\"sed -i '/^  replicas:/d'\" kubectl -n orrery apply edit-last-applied"
                + " deployment/"
                + AGENT);
    cluster.apply(withReplicas(overlay("http"), AGENT, 8));

    cluster.removeFromLastApplied(AGENT, "replicas");
    cluster.apply(overlay("http", "autoscaler"));
    assertThat(cluster.replicas(AGENT)).isEqualTo(8);

    cluster.scale(AGENT, 5);
    cluster.apply(overlay("http", "autoscaler"));
    assertThat(cluster.replicas(AGENT)).isEqualTo(5);
  }

  /** Shows why the page has that command. */
  @Test
  void scalesToOneAgentWhenAutoscalerIsAddedWithoutDocumentedCommand() {
    cluster.apply(withReplicas(overlay("http"), AGENT, 8));
    cluster.apply(overlay("http", "autoscaler"));

    assertThat(cluster.replicas(AGENT)).isEqualTo(1);
  }

  /** Shows why the page rolls back by an apply, and what to do after an undo. */
  @Test
  void removesVolumesRestoredByUndoAfterFormerStateIsApplied() {
    cluster.apply(overlay("http", "tls"));
    JsonNode former = cluster.template(SCHEDULER).deepCopy();
    cluster.apply(overlay("http"));
    JsonNode wanted = cluster.template(SCHEDULER).deepCopy();

    cluster.undo(SCHEDULER, former);
    cluster.apply(overlay("http"));
    assertThat(cluster.template(SCHEDULER).at("/spec/volumes").findValuesAsText("name"))
        .contains("tls");

    cluster.apply(overlay("http", "tls"));
    cluster.apply(overlay("http"));
    assertThat(cluster.template(SCHEDULER)).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "akka", "both", "quickstart", "example"})
  void omitsDefaultNamespaceWhenOverlaySetsOwnNamespace(String base) {
    List<ObjectNode> objects = Overlay.own(newDirectory(), "team-a", Overlay.directory(base));

    Set<String> namespaces = new TreeSet<>();
    for (ObjectNode object : objects) {
      object.findValues("namespace").stream()
          .filter(JsonNode::isTextual)
          .forEach(value -> namespaces.add(value.asText()));
      assertThat(object.toString())
          .as(AppliedObjects.key(object))
          .doesNotContainPattern("orrery-[a-z-]+\\.(orrery|default)\\b")
          .doesNotContainPattern("namespace=~?\\\\\"");
    }
    assertThat(namespaces).containsExactly("team-a");
  }

  /** The test of components finds an object that its command misses. */
  @Test
  void keepsObjectWithoutComponentLabel() throws IOException {
    List<ObjectNode> mistaken = overlay("http", "webhooks");
    mistaken.stream()
        .filter(object -> AppliedObjects.key(object).equals("NetworkPolicy scheduler-webhooks"))
        .forEach(object -> object.withObject("/metadata/labels").remove(COMPONENT));
    cluster.apply(mistaken);
    cluster.apply(overlay("http"));

    cluster.delete(kindsToDelete("webhooks"), COMPONENT, "webhooks");

    assertThat(cluster.keys()).contains("NetworkPolicy scheduler-webhooks");
  }

  private static String operations() throws IOException {
    return KubernetesPages.text();
  }
}
