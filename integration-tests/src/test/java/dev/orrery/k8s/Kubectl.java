package dev.orrery.k8s;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.it.harness.Machine;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The installed kubectl, without a cluster. */
final class Kubectl {
  /** By directory below k8s/, whose files do not change during a test. */
  private static final Map<Path, String> RENDERED = new ConcurrentHashMap<>();

  private Kubectl() {}

  /**
   * Renders a directory by {@code kubectl kustomize}. Without kubectl the test is skipped.
   *
   * @return new objects, which the caller may change
   * @throws AssertionError with what kubectl printed if the directory is faulty
   */
  static List<ObjectNode> kustomize(Path directory) {
    return Yaml.documents(
        directory.startsWith(Overlay.ROOT)
            ? RENDERED.computeIfAbsent(directory, Kubectl::render)
            : render(directory));
  }

  private static String render(Path directory) {
    return Commands.run(List.of(orSkip().toString(), "kustomize", directory.toString()), "");
  }

  /** Without kubectl the test is skipped, and says so. */
  static Path orSkip() {
    return Machine.programOrSkip(
        "a test of the Kubernetes manifests", "kubectl", "docs/development/testing.md");
  }
}
