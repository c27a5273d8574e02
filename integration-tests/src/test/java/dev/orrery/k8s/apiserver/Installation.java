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

/** A user's overlay, its namespace, and the administrator's actions on both. */
final class Installation {
  /** Kinds that change without a client. */
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

  /** Creates the namespace and the Secrets as docs/kubernetes.md describes; applies nothing. */
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

  /** Returns the same installation with another apply mode. */
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

  /** Changes the file of the user's overlay, and applies nothing. */
  Installation edit(OwnOverlay next) {
    overlay = next;
    overlay.write(directory, namespace);
    return this;
  }

  Kubectl.Result attemptApply() {
    overlay.write(directory, namespace);
    return kubectl.attempt(mode.apply(directory()).toArray(String[]::new));
  }

  /** Applies; must succeed without warnings. */
  Installation apply() {
    Kubectl.Result applied = attemptApply().orFail();
    assertThat(applied.err()).as(applied.command()).isEmpty();
    return this;
  }

  /** Returns kubectl's diff of an apply; empty without changes. */
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

  /** Returns the Secrets that pods read as variables and by key as files, with their keys. */
  Map<String, Set<String>> secretKeys() {
    Map<String, Set<String>> keys = new TreeMap<>();
    for (ObjectNode object : rendered().values()) {
      for (JsonNode reference : object.findValues("secretKeyRef")) {
        keys.computeIfAbsent(reference.get("name").asText(), name -> new TreeSet<>())
            .add(reference.get("key").asText());
      }
      for (JsonNode volume : object.findValues("secret")) {
        for (JsonNode item : volume.path("items")) {
          keys.computeIfAbsent(volume.get("secretName").asText(), name -> new TreeSet<>())
              .add(item.get("key").asText());
        }
      }
    }
    return keys;
  }

  /** Does not wait for finalizers, because controllers would remove them. */
  Installation uninstall() {
    kubectl.run("delete", "-k", directory(), "--wait=false");
    return this;
  }

  /** Runs a command within the namespace, which must succeed. */
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

  JsonNode secret(String name) {
    return get("secret", name).get("data");
  }

  /** Returns the rendered objects of the user's overlay, by kind and name. */
  Map<String, ObjectNode> rendered() {
    Map<String, ObjectNode> objects = new TreeMap<>();
    overlay.write(directory, namespace);
    Yaml.documents(kubectl.run("kustomize", directory()).out())
        .forEach(object -> objects.put(key(object), object));
    return objects;
  }

  /** Returns all objects of every kind in the namespace. */
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

  /** Returns the resource versions of all objects and of the namespace; any change shows. */
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

  /** Returns objects that are not part of the user's overlay, except Secrets. */
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
