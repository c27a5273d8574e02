package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.orrery.protocol.text.DurationText;
import dev.orrery.scheduler.base.json.ResourceName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes values that fit a schema. Where a schema cannot say what is valid, the field's name does.
 */
final class SampleValues {
  /** A job of this name must exist. */
  static final String JOB = "sample";

  /** Another job that must exist, for the nodes of flows. */
  static final String NODE_JOB = "sample-of-node";

  private static final Map<String, String> TEXTS =
      Map.ofEntries(
          Map.entry("cron", "0 30 2 * * *"),
          Map.entry("zone", "Europe/Berlin"),
          Map.entry("url", "http://127.0.0.1:9/"),
          Map.entry("job", JOB),
          Map.entry("jobs", JOB),
          Map.entry("name", JOB),
          Map.entry("method", "POST"),
          Map.entry("role", "viewer"),
          Map.entry("sort", "name"),
          Map.entry("expectStatus", "204"),
          Map.entry("nonRetryableStatus", "409"),
          Map.entry("from", "2027-01-01T00:00:00Z"),
          Map.entry("to", "2027-01-02T00:00:00Z"),
          Map.entry("until", "2099-01-01T00:00:00Z"));

  private static final String LOCAL_TIME_PATTERN = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$";

  /** The ends of a window of the day, which differ. */
  private static final Map<String, String> LOCAL_TIMES = Map.of("from", "09:00", "to", "17:00");

  private static final String INSTANT = "2027-01-01T00:00:00Z";

  private static final String DURATION_PATTERN = "^" + DurationText.PATTERN + "$";

  /** Within the bounds of every other duration of the API. */
  private static final String DURATION = "PT1M";

  /** That of a reminder, which nobody wants each minute. */
  private static final String LONG_DURATION = "PT1H";

  private final ApiContract contract;

  SampleValues(ApiContract contract) {
    this.contract = contract;
  }

  /** A value with the required properties alone. */
  JsonNode smallest(JsonNode reference, String name) {
    String component = component(reference);
    JsonNode schema = contract.resolved(reference);
    if (isDuration(schema)) {
      return TextNode.valueOf(name.equals("remindAfter") ? LONG_DURATION : DURATION);
    }
    if (schema.has("oneOf")) {
      return smallest(schema.get("oneOf").get(0), name);
    }
    List<String> types = types(schema);
    if (types.contains("object")) {
      return smallestObject(component, schema);
    }
    if (schema.has("enum")) {
      return schema.get("enum").get(0);
    }
    if (types.contains("string")) {
      return TextNode.valueOf(text(schema, name));
    }
    if (types.contains("integer")) {
      return IntNode.valueOf(Math.max(1, schema.path("minimum").asInt()));
    }
    if (types.contains("boolean")) {
      return BooleanNode.TRUE;
    }
    if (types.contains("array")) {
      return array(schema, name, Math.max(1, schema.path("minItems").asInt()));
    }
    return TextNode.valueOf("any");
  }

  static boolean isDuration(JsonNode schema) {
    return schema.path("pattern").asText().equals(DURATION_PATTERN);
  }

  private ObjectNode smallestObject(String component, JsonNode schema) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (JsonNode required : schema.path("required")) {
      String name = required.asText();
      object.set(name, smallest(schema.path("properties").path(name), name));
    }
    for (int i = 0; i < schema.path("minProperties").asInt(); i++) {
      object.set("name-" + i, smallest(schema.path("additionalProperties"), "value"));
    }
    complete(component, object);
    return object;
  }

  /** Adds what is required by a rule that a JSON Schema of this size does not state. */
  static void complete(String component, ObjectNode object) {
    if (component.equals("ShellProcessor") && !object.has("command") && !object.has("script")) {
      object.put("script", "true");
    }
    if (component.equals("FanOut") && object.path("type").asText().equals("shards")) {
      object.put("count", 1);
    }
    if (component.equals("FlowProcessor")) {
      completeFlow(object);
    }
    if (component.equals("Trigger") && object.has("within") && !object.has("every")) {
      object.put("every", DURATION);
      object.remove("cron");
    }
    if (component.equals("Trigger")
        && Stream.of("cron", "every", "delay", "at").noneMatch(object::has)) {
      object.put("cron", TEXTS.get("cron"));
    }
  }

  /** Makes the names of nodes differ, and adds the nodes that others, or the result, name. */
  private static void completeFlow(ObjectNode flow) {
    if (!(flow.get("nodes") instanceof ArrayNode nodes)) {
      return;
    }
    Set<String> names = new HashSet<>();
    Set<String> named = new LinkedHashSet<>();
    for (JsonNode one : nodes) {
      if (one instanceof ObjectNode node) {
        if (!names.add(node.path("name").asText())) {
          node.put("name", JOB + "-" + names.size());
          names.add(JOB + "-" + names.size());
        }
        if (node.path("job").asText().equals(JOB)) {
          node.put("job", NODE_JOB);
        }
        completeNeeds(node);
        node.path("needs").forEach(need -> named.add(need.asText()));
      }
    }
    named.add(flow.path("result").asText());
    for (String name : named) {
      if (ResourceName.isValid(name) && names.add(name)) {
        nodes.addObject().put("name", name).put("job", NODE_JOB);
      }
    }
  }

  private static void completeNeeds(ObjectNode node) {
    if (node.has("timeout") && !node.has("when")) {
      node.put("when", "ended");
    }
    String compared = node.path("if").path("node").asText();
    boolean follows = List.of("failed", "ended").contains(node.path("when").asText());
    if (!node.has("needs") && (follows || ResourceName.isValid(compared))) {
      node.putArray("needs").add(compared.isEmpty() ? "first" : compared);
    }
  }

  /** An array of this size, whose items differ if they are names. */
  ArrayNode array(JsonNode schema, String name, int size) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    JsonNode items = schema.has("items") ? schema.get("items") : schema;
    boolean names = contract.resolved(items).has("pattern") && !TEXTS.containsKey(name);
    for (int i = 0; i < size; i++) {
      array.add(names ? TextNode.valueOf("name-" + i) : smallest(items, name));
    }
    return array;
  }

  private static String text(JsonNode schema, String name) {
    if (schema.path("format").asText().equals("date-time") && !TEXTS.containsKey(name)) {
      return INSTANT;
    }
    String text =
        schema.path("pattern").asText().equals(LOCAL_TIME_PATTERN)
            ? LOCAL_TIMES.get(name)
            : TEXTS.getOrDefault(name, "x");
    return text.length() < schema.path("minLength").asInt()
        ? text.repeat(schema.path("minLength").asInt())
        : text;
  }

  static String component(JsonNode reference) {
    String path = reference.path("$ref").asText();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  static List<String> types(JsonNode schema) {
    List<String> types = new ArrayList<>();
    if (schema.path("type").isTextual()) {
      types.add(schema.path("type").asText());
    }
    schema.path("type").forEach(type -> types.add(type.asText()));
    return types;
  }

  /** A value of a type that the schema does not have; missing if it has all. */
  static JsonNode ofOtherType(JsonNode schema) {
    List<String> types = types(schema);
    if (types.isEmpty()) {
      return JsonNodeFactory.instance.missingNode();
    }
    if (!types.contains("object")) {
      return JsonNodeFactory.instance.objectNode();
    }
    return Set.copyOf(types).contains("string") ? IntNode.valueOf(1) : TextNode.valueOf("text");
  }
}
