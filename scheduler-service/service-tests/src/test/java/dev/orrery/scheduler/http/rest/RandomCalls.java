package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.orrery.scheduler.http.rest.ApiContract.Operation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Calls of all operations, from the document's own schemas: most are valid, the rest broken. */
final class RandomCalls {
  private static final Pattern PATH_PARAMETER = Pattern.compile("\\{(\\w+)}");
  private static final int MAX_COUNT = 3;

  private static final List<String> BROKEN_TEXTS =
      List.of(
          "",
          " ",
          "a b",
          "ä€😀",
          "\u0000",
          "\n",
          "'; drop table job; --",
          "-1",
          "0",
          "9223372036854775808",
          "1e99",
          "null",
          "true",
          "../..",
          "%",
          "a".repeat(300),
          "P1000000D",
          "0001-01-01T00:00:00Z",
          "+999999999-12-31T23:59:59Z");

  private final ApiContract contract;
  private final SampleValues samples;
  private final Random random;
  private final Function<String, String> pathValues;

  /**
   * @param pathValues gives a value that exists for a path parameter
   */
  RandomCalls(ApiContract contract, Random random, Function<String, String> pathValues) {
    this.contract = contract;
    this.samples = new SampleValues(contract);
    this.random = random;
    this.pathValues = pathValues;
  }

  /**
   * A request.
   *
   * @param target path and query, encoded
   * @param body null for none
   */
  record Call(
      Operation operation,
      String target,
      Map<String, String> headers,
      String contentType,
      String body) {
    @Override
    public String toString() {
      return operation.method() + " " + target + " " + headers + " " + contentType + " " + body;
    }
  }

  Call next() {
    Operation operation = oneOf(contract.operations());
    String query = query(operation);
    return new Call(
        operation,
        path(operation) + (query.isEmpty() ? "" : "?" + query),
        headers(operation),
        chance(50) ? "text/plain" : "application/json",
        body(operation));
  }

  private String path(Operation operation) {
    Matcher parameters = PATH_PARAMETER.matcher(operation.path());
    StringBuilder path = new StringBuilder();
    while (parameters.find()) {
      String value = chance(15) ? oneOf(BROKEN_TEXTS) : pathValues.apply(parameters.group(1));
      parameters.appendReplacement(path, Matcher.quoteReplacement(encoded(value)));
    }
    return parameters.appendTail(path).toString();
  }

  private String query(Operation operation) {
    List<String> pairs = new ArrayList<>();
    for (JsonNode reference : operation.parameters()) {
      JsonNode parameter = contract.resolved(reference);
      if (parameter.path("in").asText().equals("query")
          && (parameter.path("required").asBoolean() ? !chance(10) : chance(3))) {
        pairs.add(parameter.path("name").asText() + "=" + encoded(text(parameter)));
      }
    }
    if (chance(30)) {
      pairs.add("noSuchParameter=1");
    }
    if (!pairs.isEmpty() && chance(30)) {
      pairs.add(pairs.get(0));
    }
    return String.join("&", pairs);
  }

  private Map<String, String> headers(Operation operation) {
    Map<String, String> headers = new HashMap<>();
    for (JsonNode reference : operation.parameters()) {
      JsonNode parameter = contract.resolved(reference);
      if (parameter.path("in").asText().equals("header") && chance(4)) {
        String name = parameter.path("name").asText();
        headers.put(name, name.startsWith("If-") ? oneOf(List.of("*", "\"1-1\"", "x")) : "key");
      }
    }
    if (chance(30)) {
      headers.put("Accept", oneOf(List.of("application/xml", "text/plain", "*/*", "junk")));
    }
    return headers;
  }

  private String text(JsonNode parameter) {
    String name = parameter.path("name").asText();
    if (chance(4) && !name.equals("follow")) {
      return oneOf(BROKEN_TEXTS);
    }
    JsonNode value = valid(parameter.path("schema"), name);
    return value.isArray() ? value.path(0).asText() : value.asText();
  }

  private String body(Operation operation) {
    JsonNode content = operation.node().at("/requestBody/content/application~1json");
    if (content.isMissingNode()) {
      return null;
    }
    if (chance(30)) {
      return oneOf(List.of("", "{", "[]", "null", "\"text\"", "{} {}", "{\"a\":1,\"a\":2}"));
    }
    JsonNode body = valid(content.path("schema"), "");
    return (chance(3) ? broken(body) : body).toString();
  }

  /** A value that fits the schema, with some of its optional properties. */
  private JsonNode valid(JsonNode reference, String name) {
    JsonNode schema = contract.resolved(reference);
    if (schema.has("oneOf")) {
      return valid(oneOf(items(schema.get("oneOf"))), name);
    }
    List<String> types = SampleValues.types(schema);
    if (types.contains("object") && schema.has("properties")) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      List<String> required = new ArrayList<>();
      schema.path("required").forEach(node -> required.add(node.asText()));
      schema
          .get("properties")
          .properties()
          .forEach(
              property -> {
                if (required.contains(property.getKey()) || chance(3)) {
                  object.set(property.getKey(), valid(property.getValue(), property.getKey()));
                }
              });
      // Requests must not have another name than their path, and the others are ignored.
      object.remove(List.of("status", "pause", "paused", "name", "fireTimes"));
      object.remove(DocumentChange.FIELDS);
      required.stream()
          .filter(key -> !object.has(key))
          .forEach(key -> object.set(key, valid(schema.get("properties").get(key), key)));
      SampleValues.complete(SampleValues.component(reference), object);
      return object;
    }
    if (types.contains("array")) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      int size = 1 + random.nextInt(2);
      for (int i = 0; i < size; i++) {
        array.add(valid(schema.has("items") ? schema.get("items") : schema, name));
      }
      return array;
    }
    if (types.contains("object") && schema.path("additionalProperties").isObject()) {
      return JsonNodeFactory.instance.objectNode().put("Key", "value");
    }
    if (schema.has("enum")) {
      return oneOf(items(schema.get("enum")));
    }
    if (name.equals("follow")) {
      // The response to true ends with the instance.
      return BooleanNode.FALSE;
    }
    if (types.contains("integer") && name.equals("count")) {
      return IntNode.valueOf(1 + random.nextInt(MAX_COUNT));
    }
    return samples.smallest(reference, name);
  }

  /** The value with one change at a place in it. */
  private JsonNode broken(JsonNode value) {
    if (value.isContainerNode() && !value.isEmpty() && !chance(5)) {
      if (value.isArray()) {
        ArrayNode array = value.deepCopy();
        int at = random.nextInt(array.size());
        array.set(at, broken(array.get(at)));
        return array;
      }
      ObjectNode object = value.deepCopy();
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = oneOf(names);
      switch (random.nextInt(6)) {
        case 0 -> object.remove(name);
        case 1 -> object.put(name + "s", 1);
        default -> object.set(name, broken(object.get(name)));
      }
      return object;
    }
    return oneOf(
        List.of(
            NullNode.instance,
            IntNode.valueOf(-1),
            IntNode.valueOf(Integer.MAX_VALUE),
            JsonNodeFactory.instance.numberNode(1.5),
            JsonNodeFactory.instance.objectNode(),
            JsonNodeFactory.instance.arrayNode(),
            TextNode.valueOf(oneOf(BROKEN_TEXTS))));
  }

  private static List<JsonNode> items(JsonNode array) {
    List<JsonNode> items = new ArrayList<>();
    array.forEach(items::add);
    return items;
  }

  /** True once in so many times. */
  private boolean chance(int times) {
    return random.nextInt(times) == 0;
  }

  private <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
