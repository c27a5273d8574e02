package dev.orrery.k8s.apiserver;

import dev.orrery.it.harness.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A kustomization as users write it: an overlay of the repository in a namespace of their own.
 *
 * @param overlay the directory below {@code k8s/overlays}
 * @param components directories below {@code k8s/components}
 * @param replicas by the name of the Deployment
 */
record OwnOverlay(String overlay, List<String> components, Map<String, Integer> replicas) {
  private static final Path K8S = Stack.root().resolve("k8s");

  static OwnOverlay of(String overlay) {
    return new OwnOverlay(overlay, List.of(), Map.of());
  }

  OwnOverlay over(String other) {
    return new OwnOverlay(other, components, replicas);
  }

  OwnOverlay with(String component) {
    List<String> more = new ArrayList<>(components);
    more.add(component);
    return new OwnOverlay(overlay, List.copyOf(more), replicas);
  }

  OwnOverlay replicas(String deployment, int count) {
    Map<String, Integer> more = new TreeMap<>(replicas);
    more.put(deployment, count);
    return new OwnOverlay(overlay, components, Map.copyOf(more));
  }

  /** Returns all directories below {@code k8s/overlays}. */
  static List<String> all() {
    return directories("overlays");
  }

  /** Returns all directories below {@code k8s/components}. */
  static List<String> allComponents() {
    return directories("components");
  }

  private static List<String> directories(String of) {
    try (Stream<Path> all = Files.list(K8S.resolve(of))) {
      return all.filter(Files::isDirectory)
          .map(each -> each.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path directory(String overlay) {
    return K8S.resolve("overlays").resolve(overlay);
  }

  /** Returns true if the overlay itself includes the component. */
  boolean brings(String component) {
    try {
      return Files.readString(directory(overlay).resolve("kustomization.yaml"))
          .contains("components/" + component + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes the kustomization.
   *
   * @param directory created if it does not exist
   */
  void write(Path directory, String namespace) {
    try {
      Path from = Files.createDirectories(directory).toRealPath();
      Path k8s = from.relativize(K8S.toRealPath());
      StringBuilder text =
          new StringBuilder(
              """
              apiVersion: kustomize.config.k8s.io/v1beta1
              kind: Kustomization
              namespace: %s
              resources:
                - %s/overlays/%s
              """
                  .formatted(namespace, k8s, overlay));
      if (!components.isEmpty()) {
        text.append("components:\n");
        components.forEach(each -> text.append("  - %s/components/%s%n".formatted(k8s, each)));
      }
      if (!replicas.isEmpty()) {
        text.append("replicas:\n");
        replicas.forEach(
            (name, count) -> text.append("  - {name: %s, count: %d}%n".formatted(name, count)));
      }
      Files.writeString(from.resolve("kustomization.yaml"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
