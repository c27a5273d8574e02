package dev.orrery.k8s.kustomize;

import static dev.orrery.k8s.kustomize.Kustomization.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.testing.TextFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Generates ConfigMaps, and the hash suffix of their names. */
final class ConfigMaps {
  private static final Set<String> KNOWN =
      Set.of("name", "behavior", "literals", "files", "options");

  private static final Set<String> OPTIONS = Set.of("labels", "disableNameSuffixHash");

  /** kustomize replaces these characters, so that a hash cannot spell a word. */
  private static final Map<Character, Character> LETTERS =
      Map.of('0', 'g', '1', 'h', '3', 'k', 'a', 'm', 'e', 't');

  private static final int LENGTH = 10;

  private ConfigMaps() {}

  /** Adds a new ConfigMap, or the generator's entries to an existing one. */
  static void generate(JsonNode generator, Path directory, Objects objects) {
    Refused.unless(KNOWN.containsAll(fields(generator)), "a generator has " + fields(generator));
    String name = generator.get("name").textValue();
    ObjectNode data;
    if (generator.has("behavior")) {
      Refused.unless(generator.get("behavior").textValue().equals("merge"), "such a behavior");
      data = (ObjectNode) objects.find("ConfigMap", name).get("data");
    } else {
      ObjectNode map = JsonNodeFactory.instance.objectNode();
      map.put("apiVersion", "v1").put("kind", "ConfigMap");
      ObjectNode metadata = map.putObject("metadata");
      metadata.put("name", name);
      JsonNode options = generator.path("options");
      Refused.unless(OPTIONS.containsAll(fields(options)), "options " + fields(options));
      if (options.has("labels")) {
        metadata.set("labels", options.get("labels").deepCopy());
      }
      data = map.putObject("data");
      if (options.path("disableNameSuffixHash").asBoolean()) {
        objects.add(map);
      } else {
        objects.addGenerated(map);
      }
    }
    for (JsonNode literal : generator.path("literals")) {
      String[] pair = literal.textValue().split("=", 2);
      data.put(pair[0], pair[1]);
    }
    for (JsonNode file : generator.path("files")) {
      Refused.unless(!file.textValue().contains("="), "a file under another name");
      data.put(file.textValue(), TextFile.read(directory.resolve(file.textValue())));
    }
  }

  /** Returns the hash of the entries in kustomize's exact encoding, in which the name is empty. */
  static String hash(ObjectNode map) {
    Map<String, String> entries = new TreeMap<>();
    map.get("data").properties().forEach(e -> entries.put(e.getKey(), e.getValue().asText()));
    ObjectNode hashed = JsonNodeFactory.instance.objectNode();
    ObjectNode data = hashed.putObject("data");
    entries.forEach(data::put);
    hashed.put("kind", "ConfigMap");
    hashed.put("name", "");
    // Go writes these three as escapes.
    String text =
        hashed.toString().replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e");
    StringBuilder hash = new StringBuilder();
    for (char digit : sha256(text).substring(0, LENGTH).toCharArray()) {
      hash.append(LETTERS.getOrDefault(digit, digit));
    }
    return hash.toString();
  }

  private static String sha256(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
