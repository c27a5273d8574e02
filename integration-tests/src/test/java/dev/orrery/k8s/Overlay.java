package dev.orrery.k8s;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.port.PortPlan.Numbers;
import dev.orrery.protocol.port.PortPlan.PowerJobGateway;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The objects that {@code kubectl apply -k k8s/overlays/NAME} would send.
 *
 * @param name the directory below k8s/overlays
 * @param components those of k8s/components that it consists of, and {@code quickstart}
 * @param objects parsed strictly: an unknown field is an error
 */
public record Overlay(String name, Set<String> components, List<HasMetadata> objects) {
  static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize().resolve("k8s");

  private static final Map<String, Set<String>> COMPONENTS =
      Map.of(
          "http",
          Set.of("external-database", "http"),
          "akka",
          Set.of("external-database", "akka"),
          "both",
          Set.of("external-database", "http", "akka"),
          "quickstart",
          Set.of("quickstart", "http"),
          "example",
          Set.of(
              "external-database",
              "http",
              "monitoring",
              "dashboard",
              "autoscaler",
              "webhooks",
              "mail",
              "agent-internet",
              "tls",
              "powerjob"));

  /** PowerJob's AKKA cannot have the port of akka. */
  static final Numbers BESIDE_AKKA =
      new Numbers(
          PortPlan.API,
          PortPlan.HTTP,
          PortPlan.AKKA,
          PortPlan.CLUSTER,
          PortPlan.MANAGEMENT,
          10087,
          PortPlan.MU);

  /** All overlays. */
  public static final List<String> NAMES = List.of("http", "akka", "both", "quickstart", "example");

  static Path directory(String name) {
    return ROOT.resolve("overlays").resolve(name).normalize();
  }

  public static Overlay rendered(String name) {
    return of(name, Kubectl.kustomize(directory(name)));
  }

  /**
   * Renders an overlay of one's own, as users write it.
   *
   * @param directory an empty one
   * @param components directories below k8s/components
   */
  static List<ObjectNode> own(Path directory, String namespace, Path base, String... components) {
    try {
      // kustomize follows links before it follows "..", and takes no absolute path.
      Path from = directory.toRealPath();
      Path k8s = from.relativize(ROOT.toRealPath());
      StringBuilder text = new StringBuilder("kind: Kustomization\nnamespace: " + namespace);
      text.append("\nresources:\n  - ").append(k8s.resolve(ROOT.relativize(base)));
      text.append("\ncomponents:\n");
      for (String component : components) {
        text.append("  - ").append(k8s.resolve("components").resolve(component)).append('\n');
      }
      Files.writeString(from.resolve("kustomization.yaml"), text);
      return Kubectl.kustomize(from);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Overlay of(String name, List<ObjectNode> documents) {
    return new Overlay(
        name, COMPONENTS.get(name), documents.stream().map(StrictModel::parse).toList());
  }

  /** Returns the same objects as an overlay that has one more component. */
  Overlay with(String component) {
    Set<String> more = new TreeSet<>(components);
    more.add(component);
    return new Overlay(name, more, objects);
  }

  public Set<Protocol> protocols() {
    return Dialect.ORRERY.protocols().stream()
        .filter(protocol -> has(protocol.canonicalName()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Returns what the schedulers serve of PowerJob. */
  PowerJobGateway powerJob() {
    Set<Protocol> served = EnumSet.noneOf(Protocol.class);
    if (has("powerjob")) {
      served.add(Protocol.HTTP);
    }
    if (has("powerjob-akka") || has("powerjob-akka-only")) {
      served.add(Protocol.AKKA);
    }
    if (has("powerjob-mu")) {
      served.add(Protocol.MU);
    }
    return new PowerJobGateway(served, Map.of());
  }

  Numbers numbers() {
    return has("powerjob-akka-only") ? BESIDE_AKKA : Numbers.DEFAULTS;
  }

  boolean has(String component) {
    return components.contains(component);
  }

  public <T extends HasMetadata> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  public <T extends HasMetadata> Optional<T> find(Class<T> type, String name) {
    return all(type).stream()
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst();
  }

  /**
   * Returns the common namespace of all objects.
   *
   * @throws AssertionError if they are in several namespaces, or one is in none
   */
  public String namespace() {
    Set<String> names =
        objects.stream()
            .map(object -> String.valueOf(object.getMetadata().getNamespace()))
            .collect(Collectors.toSet());
    if (names.size() != 1) {
      throw new AssertionError("Objects are in the namespaces " + names);
    }
    return names.iterator().next();
  }

  /** Returns all objects that create pods. */
  public List<Workload> workloads() {
    List<Workload> workloads = new ArrayList<>();
    all(Deployment.class).stream().map(Workload::of).forEach(workloads::add);
    all(StatefulSet.class).stream().map(Workload::of).forEach(workloads::add);
    all(Job.class).stream().map(Workload::of).forEach(workloads::add);
    return workloads;
  }

  /** Returns the value of a setting, from the pod's own entries or its ConfigMaps. */
  Optional<String> setting(Workload workload, String name) {
    return workload.container().getEnv().stream()
        .filter(entry -> entry.getName().equals(name))
        .map(entry -> entry.getValue())
        .findFirst()
        .or(
            () ->
                workload.container().getEnvFrom().stream()
                    .flatMap(
                        from -> find(ConfigMap.class, from.getConfigMapRef().getName()).stream())
                    .flatMap(map -> Optional.ofNullable(map.getData().get(name)).stream())
                    .findFirst());
  }
}
