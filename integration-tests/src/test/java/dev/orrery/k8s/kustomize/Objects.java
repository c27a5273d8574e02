package dev.orrery.k8s.kustomize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The accumulated objects; kind and name are unique. */
final class Objects {
  private static final Set<String> WITHOUT_NAMESPACE = Set.of("Namespace");

  private final List<ObjectNode> all = new ArrayList<>();
  private final Set<ObjectNode> generated = Collections.newSetFromMap(new IdentityHashMap<>());

  List<ObjectNode> all() {
    return all;
  }

  void add(ObjectNode object) {
    String kind = kind(object);
    String name = name(object);
    Refused.unless(
        all.stream().noneMatch(other -> kind(other).equals(kind) && name(other).equals(name)),
        "there are two of " + kind + " " + name);
    all.add(object);
  }

  void addGenerated(ObjectNode object) {
    add(object);
    generated.add(object);
  }

  void addAll(Objects others) {
    others.all.forEach(this::add);
    generated.addAll(others.generated);
  }

  ObjectNode find(String kind, String name) {
    return all.stream()
        .filter(object -> kind(object).equals(kind) && name(object).equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("There is no " + kind + " " + name));
  }

  ObjectNode target(ObjectNode patch) {
    return find(kind(patch), name(patch));
  }

  void setNamespace(String namespace) {
    for (ObjectNode object : all) {
      if (WITHOUT_NAMESPACE.contains(kind(object))) {
        Refused.unless(name(object).equals(namespace), "another namespace than the one it makes");
      } else {
        ((ObjectNode) object.get("metadata")).put("namespace", namespace);
        setNamespaceOfSubjects(object, namespace);
      }
    }
  }

  /** Changes accounts that are among the objects. */
  private void setNamespaceOfSubjects(ObjectNode object, String namespace) {
    for (JsonNode subject : object.path("subjects")) {
      String name = subject.path("name").textValue();
      if (all.stream()
          .anyMatch(one -> kind(one).equals("ServiceAccount") && name(one).equals(name))) {
        ((ObjectNode) subject).put("namespace", namespace);
      }
    }
  }

  void appendToNames(String suffix) {
    for (ObjectNode object : all) {
      rename(object, name(object) + suffix);
    }
  }

  /** Appends hashes to the names of generated objects, so that a change creates new pods. */
  void hashNames() {
    for (ObjectNode object : generated) {
      rename(object, name(object) + "-" + ConfigMaps.hash(object));
    }
  }

  private void rename(ObjectNode object, String name) {
    References.rename(all, kind(object), name(object), name);
    ((ObjectNode) object.get("metadata")).put("name", name);
  }

  private static String kind(JsonNode object) {
    return object.get("kind").textValue();
  }

  private static String name(JsonNode object) {
    return object.get("metadata").get("name").textValue();
  }
}
