package dev.orrery.k8s.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.k8s.Yaml;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An own overlay, its namespace, and what an administrator does with both. */
final class Installation {
  /** What is told of others, and changes without anybody's doing. */
  private static final Set<String> NOT_OBSERVED = Set.of("events", "events.events.k8s.io");

  private final Kubectl kubectl;
  private final ApplyMode mode;
  private final String namespace;
  private final Path directory;
  private OwnOverlay overlay;

  private Installation(
      Kubectl kubectl, ApplyMode mode, String namespace, Path directory, OwnOverlay overlay) {
    this.kubectl = kubectl;
    this.mode = mode;
    this.namespace = namespace;
    this.directory = directory;
    this.overlay = overlay;
  }

  /** Makes the namespace as docs/kubernetes.md says, and the Secrets; applies nothing. */
  static Installation prepare(
      ControlPlane plane, ApplyMode mode, String namespace, OwnOverlay overlay) {
    Kubectl kubectl = plane.kubectl();
    kubectl.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
          labels:
            pod-security.kubernetes.io/enforce: restricted
            pod-security.kubernetes.io/warn: restricted
        """
            .formatted(namespace));
    return new Installation(
        kubectl, mode, namespace, plane.directory().resolve(namespace), overlay);
  }

  /** The same one, applied in another way. */
  Installation as(ApplyMode other) {
    return new Installation(kubectl, other, namespace, directory, overlay);
  }

  String namespace() {
    return namespace;
  }

  Kubectl kubectl() {
    return kubectl;
  }

  String directory() {
    return directory.toString();
  }

  OwnOverlay overlay() {
    return overlay;
  }

  /** Changes the file of the own overlay, and applies nothing. */
  Installation edit(OwnOverlay next) {
    overlay = next;
    overlay.write(directory, namespace);
    return this;
  }

  Kubectl.Result attemptApply() {
    overlay.write(directory, namespace);
    return kubectl.attempt(mode.apply(directory()).toArray(String[]::new));
  }

  /** Must succeed, and warn of nothing. */
  Installation apply() {
    Kubectl.Result applied = attemptApply().orFail();
    assertThat(applied.err()).as(applied.command()).isEmpty();
    return this;
  }

  /** What an apply would change, as kubectl prints it; empty if nothing. */
  String diff() {
    Kubectl.Result compared = kubectl.attempt(mode.diff(directory()).toArray(String[]::new));
    if (compared.exitCode() > 1) {
      throw new AssertionError(compared);
    }
    return compared.out();
  }

  /** Adds every Secret that a pod reads, with made-up values. */
  Installation addSecrets() {
    secretKeys()
        .forEach(
            (secret, keys) -> {
              List<String> words = new ArrayList<>(List.of("create", "secret", "generic", secret));
              keys.forEach(key -> words.add("--from-literal=" + key + "=made-up-" + key));
              in(words.toArray(String[]::new));
            });
    return this;
  }

  /** The Secrets that pods read as variables, and the keys of each. */
  Map<String, Set<String>> secretKeys() {
    Map<String, Set<String>> keys = new TreeMap<>();
    for (ObjectNode object : rendered().values()) {
      for (JsonNode reference : object.findValues("secretKeyRef")) {
        keys.computeIfAbsent(reference.get("name").asText(), name -> new TreeSet<>())
            .add(reference.get("key").asText());
      }
    }
    return keys;
  }

  /** Does not wait for finalizers: without controllers nobody removes them. */
  Installation uninstall() {
    kubectl.run("delete", "-k", directory(), "--wait=false");
    return this;
  }

  /** A command within the namespace that must succeed. */
  Kubectl.Result in(String... arguments) {
    return kubectl.run(inNamespace(arguments));
  }

  Kubectl.Result attemptIn(String... arguments) {
    return kubectl.attempt(inNamespace(arguments).toArray(String[]::new));
  }

  private List<String> inNamespace(String... arguments) {
    return Stream.concat(Stream.of("-n", namespace), Arrays.stream(arguments)).toList();
  }

  JsonNode get(String kind, String name) {
    return in("get", kind, name, "-o", "json").json();
  }

  int replicas(String deployment) {
    return get("deployment", deployment).at("/spec/replicas").asInt();
  }

  /** Each of a Secret's values, still encoded. */
  JsonNode secret(String name) {
    return get("secret", name).get("data");
  }

  /** What the own overlay says, by kind and name. */
  Map<String, ObjectNode> rendered() {
    Map<String, ObjectNode> objects = new TreeMap<>();
    overlay.write(directory, namespace);
    Yaml.documents(kubectl.run("kustomize", directory()).out())
        .forEach(object -> objects.put(key(object), object));
    return objects;
  }

  /** Everything that is in the namespace, of every kind that the API server has. */
  Map<String, JsonNode> objects() {
    String kinds =
        kubectl
            .run("api-resources", "--namespaced", "--verbs=list", "-o", "name")
            .out()
            .lines()
            .filter(kind -> !NOT_OBSERVED.contains(kind))
            .collect(Collectors.joining(","));
    Map<String, JsonNode> objects = new TreeMap<>();
    in("get", kinds, "-o", "json").json().get("items").forEach(o -> objects.put(key(o), o));
    return objects;
  }

  /** The version of each object, and of the namespace itself; a change of any changes it. */
  Map<String, String> versions() {
    Map<String, JsonNode> objects = objects();
    JsonNode own = kubectl.run("get", "namespace", namespace, "-o", "json").json();
    objects.put(key(own), own);
    Map<String, String> versions = new TreeMap<>();
    objects.forEach(
        (name, object) ->
            versions.put(
                name,
                object.at("/metadata/uid").asText()
                    + " at "
                    + object.at("/metadata/resourceVersion").asText()));
    return versions;
  }

  /** Objects that are there and that the own overlay does not have; Secrets are left out. */
  Set<String> leftOver() {
    Set<String> left = new TreeSet<>(objects().keySet());
    left.removeAll(rendered().keySet());
    left.removeIf(name -> name.startsWith("Secret "));
    return left;
  }

  private static String key(JsonNode object) {
    return object.get("kind").asText() + " " + object.at("/metadata/name").asText();
  }
}
