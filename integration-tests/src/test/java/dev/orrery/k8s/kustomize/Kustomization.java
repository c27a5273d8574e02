package dev.orrery.k8s.kustomize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Renders the kustomize features that k8s/ uses, and rejects all others, so that no test needs
 * kubectl. {@code RenderTest} compares the output with kubectl if it is installed.
 */
public final class Kustomization {
  private static final Set<String> KNOWN =
      Set.of(
          "apiVersion",
          "kind",
          "namespace",
          "nameSuffix",
          "labels",
          "resources",
          "components",
          "configMapGenerator",
          "patches");

  private final Path directory;
  private final ObjectNode file;

  private Kustomization(Path directory) {
    this.directory = directory;
    this.file = Yaml.documents(directory.resolve("kustomization.yaml")).get(0);
    Refused.unless(KNOWN.containsAll(fields(file)), directory + " has one of " + fields(file));
  }

  /** Returns the objects that {@code kubectl kustomize} prints for a directory, in no order. */
  public static List<ObjectNode> render(Path directory) {
    Objects objects = new Objects();
    new Kustomization(directory).accumulate(objects);
    objects.hashNames();
    return objects.all();
  }

  /**
   * Uses kustomize's order: a component runs after the generators beside it and sees their objects.
   */
  private void accumulate(Objects objects) {
    for (JsonNode resource : file.path("resources")) {
      Path path = directory.resolve(resource.textValue()).normalize();
      if (Files.isDirectory(path)) {
        Objects own = new Objects();
        new Kustomization(path).accumulate(own);
        objects.addAll(own);
      } else {
        Yaml.documents(path).forEach(objects::add);
      }
    }
    for (JsonNode generator : file.path("configMapGenerator")) {
      ConfigMaps.generate(generator, directory, objects);
    }
    for (JsonNode component : file.path("components")) {
      new Kustomization(directory.resolve(component.textValue()).normalize()).accumulate(objects);
    }
    for (JsonNode patch : file.path("patches")) {
      Refused.unless(fields(patch).equals(List.of("path")), "a patch has more than a path");
      for (ObjectNode document : Yaml.documents(directory.resolve(patch.get("path").asText()))) {
        StrategicMerge.apply(document, objects.target(document));
      }
    }
    if (file.has("namespace")) {
      objects.setNamespace(file.get("namespace").textValue());
    }
    if (file.has("nameSuffix")) {
      objects.appendToNames(file.get("nameSuffix").textValue());
    }
    for (JsonNode labels : file.path("labels")) {
      Refused.unless(
          fields(labels).equals(List.of("pairs", "includeSelectors"))
              && labels.get("includeSelectors").booleanValue(),
          "labels without includeSelectors");
      objects.all().forEach(object -> Labels.add((ObjectNode) labels.get("pairs"), object));
    }
  }

  static List<String> fields(JsonNode object) {
    List<String> fields = new ArrayList<>();
    object.fieldNames().forEachRemaining(fields::add);
    return fields;
  }

  /** Returns every file below a directory that a kustomization should reference. */
  public static Stream<Path> referenced(Path directory) {
    Path own = directory.resolve("kustomization.yaml");
    ObjectNode file = Yaml.documents(own).get(0);
    Stream<JsonNode> named =
        Stream.of("resources", "components", "patches")
            .flatMap(field -> elements(file.path(field)));
    Stream<JsonNode> read =
        elements(file.path("configMapGenerator")).flatMap(map -> elements(map.path("files")));
    return Stream.concat(
        Stream.of(own),
        Stream.concat(named, read)
            .map(entry -> directory.resolve(entry.path("path").asText(entry.asText())).normalize())
            .flatMap(path -> Files.isDirectory(path) ? referenced(path) : Stream.of(path)));
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements.stream();
  }
}
