package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.k8s.kustomize.Kustomization;
import dev.orrery.k8s.kustomize.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Checks that the tests render the same objects as kubectl. */
class RenderTest {
  static final List<String> OVERLAYS = Overlay.NAMES;

  @ParameterizedTest
  @FieldSource("OVERLAYS")
  void everyOverlayIsRenderedAsByKubectl(String overlay) throws Exception {
    if (!Kubectl.isThere()) {
      System.err.println(
          "WARNING: no kubectl here, so the rendering of k8s/overlays/"
              + overlay
              + " is not compared with that of kubectl kustomize");
    }
    assumeTrue(Kubectl.isThere(), "kubectl is not installed");
    Path directory = Overlay.directory(overlay);

    isRenderedAsByKubectl(directory);
  }

  static void isRenderedAsByKubectl(Path directory) throws Exception {
    Map<String, ObjectNode> ours = byName(Kustomization.render(directory));
    Map<String, ObjectNode> theirs = byName(Kubectl.kustomize(directory));
    assertThat(ours.keySet()).isEqualTo(theirs.keySet());
    theirs.forEach((name, object) -> assertThat(ours.get(name)).as(name).isEqualTo(object));
  }

  @Test
  void everyFileIsUsed() throws IOException {
    Set<Path> used =
        Stream.concat(
                Overlay.NAMES.stream().map(Overlay::directory),
                Stream.of(NativeComponentTest.COMPONENT, CloudNativePgComponentTest.COMPONENT))
            .flatMap(Kustomization::referenced)
            .collect(Collectors.toSet());
    try (Stream<Path> files = Files.walk(Overlay.ROOT)) {
      assertThat(files.filter(Files::isRegularFile)).allMatch(used::contains);
    }
  }

  @Test
  void whatTheRendererDoesNotKnowIsRefused(@TempDir Path directory) throws IOException {
    Files.writeString(
        directory.resolve("kustomization.yaml"),
        """
        kind: Kustomization
        namePrefix: my-
        """);

    assertThatThrownBy(() -> Kustomization.render(directory))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("namePrefix");
  }

  private static Map<String, ObjectNode> byName(List<ObjectNode> objects) {
    Map<String, ObjectNode> byName = new TreeMap<>();
    for (ObjectNode object : objects) {
      byName.put(object.get("kind").asText() + " " + object.at("/metadata/name").asText(), object);
    }
    assertThat(byName).hasSameSizeAs(objects);
    return byName;
  }
}
