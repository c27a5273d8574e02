package dev.orrery.scheduler.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Checks that the OpenAPI document bounds each text, array and map of a request body; {@code
 * BoundsTest} tries the bounds. The server limits paths, queries and headers to 16 KiB in all.
 */
class RequestBoundsTest {
  private static final Path DOCUMENT = Path.of("../../docs/openapi.yaml");

  /** Fields without a bound that a schema can state, each with the reason. */
  private static final Map<String, String> BOUNDED_OTHERWISE =
      Map.of(
          "parameters", "64 KiB in all names and values: ParameterRulesTest",
          "options", "65,536 characters in all: PowerJobProcessorReaderTest",
          "method", "one of the methods, in upper or lower case");

  /** Fields of a response that a request may repeat, and that it is not read from. */
  private static final Set<String> IGNORED = Set.of("status", "change", "differences", "fireTimes");

  /** A quantifier without an upper bound. */
  private static final Pattern UNBOUNDED = Pattern.compile("(?<!\\\\)[*+]|\\{\\d+,}");

  private static final Pattern CHARACTERS = Pattern.compile("\\[(?:\\\\.|[^\\]])*]");

  private final ApiContract contract;
  private final Set<String> unbounded = new TreeSet<>();
  private final Set<JsonNode> seen = new HashSet<>();
  private final Set<String> used = new TreeSet<>();

  RequestBoundsTest() throws IOException {
    contract = new ApiContract(new ObjectMapper(new YAMLFactory()).readTree(DOCUMENT.toFile()));
  }

  @Test
  void boundsEveryTextArrayAndMapOfRequestBodies() {
    List<String> bodies = new ArrayList<>();
    contract
        .operations()
        .forEach(
            operation ->
                operation
                    .node()
                    .at("/requestBody/content")
                    .forEach(
                        content -> {
                          bodies.add(operation.id());
                          walk(operation.id(), "", content.path("schema"));
                        }));

    assertThat(bodies).hasSizeGreaterThan(10);
    assertThat(unbounded).isEmpty();
    assertThat(used).isEqualTo(BOUNDED_OTHERWISE.keySet());
  }

  @Test
  void detectsUnboundedQuantifiersInPatterns() {
    assertThat(isFinite("^[A-Za-z0-9+*]{1,100}$")).isTrue();
    assertThat(isFinite("^a\\\\+b?$")).isTrue();
    for (String pattern : List.of("^[0-9]+$", "a*", "^[0-9]{2,}$")) {
      assertThat(isFinite(pattern)).as(pattern).isFalse();
    }
  }

  private void walk(String place, String name, JsonNode reference) {
    JsonNode schema = contract.resolved(reference);
    if (isReadOnly(reference, schema) || schema.has("enum") || !seen.add(schema)) {
      return;
    }
    String here = reference.has("$ref") ? SampleValues.component(reference) : place;
    List.of("oneOf", "anyOf", "allOf")
        .forEach(choices -> schema.path(choices).forEach(choice -> walk(here, name, choice)));
    if (BOUNDED_OTHERWISE.containsKey(name)) {
      used.add(name);
      return;
    }
    List<String> types = SampleValues.types(schema);
    if (types.contains("string") && !isBoundedText(schema)) {
      unbounded.add(here + ": text");
    }
    if (types.contains("array")) {
      if (!schema.has("maxItems")) {
        unbounded.add(here + ": array");
      }
      walk(here + "[]", name, schema.path("items"));
    }
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      if (!IGNORED.contains(property.getKey())) {
        walk(here + "." + property.getKey(), property.getKey(), property.getValue());
      }
    }
    if (schema.path("additionalProperties").isObject()) {
      if (!schema.has("maxProperties")) {
        unbounded.add(here + ": map");
      }
      walk(here + " key", "", schema.path("propertyNames"));
      walk(here + " value", "", schema.path("additionalProperties"));
    }
  }

  /** The keyword is beside a reference, or in the schema. */
  private static boolean isReadOnly(JsonNode reference, JsonNode schema) {
    return reference.path("readOnly").asBoolean() || schema.path("readOnly").asBoolean();
  }

  /** A parser of instants takes fewer than forty characters. */
  private static boolean isBoundedText(JsonNode schema) {
    return schema.has("maxLength")
        || schema.has("const")
        || schema.path("format").asText().equals("date-time")
        || (schema.has("pattern") && isFinite(schema.get("pattern").asText()));
  }

  private static boolean isFinite(String pattern) {
    return !UNBOUNDED.matcher(CHARACTERS.matcher(pattern).replaceAll("x")).find();
  }
}
