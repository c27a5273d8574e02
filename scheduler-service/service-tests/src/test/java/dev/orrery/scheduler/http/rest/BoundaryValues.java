package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Documents that are at a bound of their schema, and such that are just beyond it. */
final class BoundaryValues {
  /** A bound beyond this is none that a call can reach. */
  private static final int LONGEST = 100_000;

  /** Fields of a response that a request may repeat, and that it is not read from. */
  private static final Set<String> IGNORED = Set.of("status", "change", "differences", "fireTimes");

  /** Texts of which no character can be added but space around them. */
  private static final Set<String> STRIPPED = Set.of("cron", "zone");

  /** Fields of a trigger that take the place of its cron expression. */
  private static final Set<String> EXCLUDE_CRON = Set.of("every", "delay");

  private static final List<String> TEXTS =
      List.of("", " ", "a b", "ä", "..", "a".repeat(101), "a,b", "a/b");

  private final ApiContract contract;
  private final SampleValues samples;
  private final List<Case> cases = new ArrayList<>();

  private BoundaryValues(ApiContract contract) {
    this.contract = contract;
    this.samples = new SampleValues(contract);
  }

  /**
   * A document, and whether the schema accepts it.
   *
   * @param place the keyword at whose bound it is
   */
  record Case(String place, JsonNode value, boolean valid) {}

  static List<Case> of(ApiContract contract, JsonNode schema, String name) {
    BoundaryValues values = new BoundaryValues(contract);
    values.add(schema, "", name, UnaryOperator.identity());
    return values.cases;
  }

  /**
   * @param name of the field
   * @param whole puts the value of this schema into a document that is valid otherwise
   */
  private void add(JsonNode reference, String place, String name, UnaryOperator<JsonNode> whole) {
    JsonNode schema = contract.resolved(reference);
    if (schema.has("oneOf")) {
      schema
          .get("oneOf")
          .forEach(
              choice ->
                  add(choice, place + "(" + SampleValues.component(choice) + ")", name, whole));
      return;
    }
    Bounds bounds = new Bounds(schema, place, name, whole);
    List<String> types = SampleValues.types(schema);
    bounds.addOtherType();
    if (types.contains("object")) {
      bounds.addObject(SampleValues.component(reference));
    }
    if (types.contains("integer")) {
      bounds.addNumbers();
    }
    if (types.contains("string")) {
      bounds.addTexts();
    }
    if (types.contains("array")) {
      bounds.addArrays();
    }
  }

  /** The bounds of one schema within a document. */
  private final class Bounds {
    private final JsonNode schema;
    private final String place;
    private final String name;
    private final UnaryOperator<JsonNode> whole;

    Bounds(JsonNode schema, String place, String name, UnaryOperator<JsonNode> whole) {
      this.schema = schema;
      this.place = place;
      this.name = name;
      this.whole = whole;
    }

    private void add(String keyword, JsonNode value, boolean valid) {
      cases.add(new Case(place + ":" + keyword, whole.apply(value), valid));
    }

    void addOtherType() {
      JsonNode other = SampleValues.ofOtherType(schema);
      if (!other.isMissingNode()) {
        add("type", other, false);
      }
    }

    void addNumbers() {
      if (schema.has("minimum")) {
        long minimum = schema.get("minimum").asLong();
        add("minimum", LongNode.valueOf(minimum), true);
        add("minimum", LongNode.valueOf(minimum - 1), false);
      }
      if (schema.has("maximum")) {
        long maximum = schema.get("maximum").asLong();
        add("maximum", LongNode.valueOf(maximum), true);
        add("maximum", LongNode.valueOf(maximum + 1), false);
      }
    }

    void addTexts() {
      if (schema.has("enum")) {
        schema.get("enum").forEach(value -> add("enum", value, true));
        add("enum", TextNode.valueOf("no-such-value"), false);
      }
      if (schema.has("maxLength") && schema.get("maxLength").asInt() <= LONGEST) {
        int longest = schema.get("maxLength").asInt();
        String sample = samples.smallest(schema, name).asText();
        String padding = STRIPPED.contains(name) || SampleValues.isDuration(schema) ? " " : "a";
        String full = sample + padding.repeat(Math.max(0, longest - sample.length()));
        add("maxLength", TextNode.valueOf(full), true);
        add("maxLength", TextNode.valueOf(full + padding), false);
      }
      if (schema.has("minLength")) {
        add("minLength", TextNode.valueOf("x".repeat(schema.get("minLength").asInt() - 1)), false);
      }
      if (schema.path("format").asText().equals("date-time")) {
        add("format", TextNode.valueOf("tomorrow"), false);
      }
      if (schema.has("pattern")) {
        for (String text : TEXTS) {
          if (!contract.violations(schema, TextNode.valueOf(text)).isEmpty()) {
            add("pattern", TextNode.valueOf(text), false);
          }
        }
      }
    }

    void addArrays() {
      JsonNode items = schema.get("items");
      if (schema.path("maxItems").asInt(LONGEST + 1) <= LONGEST) {
        int most = schema.get("maxItems").asInt();
        add("maxItems", samples.array(schema, name, most), true);
        add("maxItems", samples.array(schema, name, most + 1), false);
      }
      if (schema.path("minItems").asInt() > 0) {
        int least = schema.get("minItems").asInt();
        add("minItems", samples.array(schema, name, least), true);
        add("minItems", samples.array(schema, name, least - 1), false);
      }
      BoundaryValues.this.add(
          items,
          place + "/0",
          name,
          item -> whole.apply(JsonNodeFactory.instance.arrayNode().add(item)));
    }

    void addObject(String component) {
      ObjectNode smallest = (ObjectNode) samples.smallest(schema, name);
      SampleValues.complete(component, smallest);
      add("required", smallest, true);
      for (JsonNode required : schema.path("required")) {
        add("required", smallest.deepCopy().without(required.asText()), false);
      }
      for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
        boolean ignored =
            IGNORED.contains(property.getKey()) || property.getValue().path("readOnly").asBoolean();
        if (!ignored) {
          addProperty(component, smallest, property.getKey(), property.getValue());
        }
      }
      JsonNode others = schema.path("additionalProperties");
      if (others.isBoolean() && !others.booleanValue()) {
        add("additionalProperties", smallest.deepCopy().put("noSuchField", 1), false);
      } else if (others.isObject()) {
        addMap(others);
      }
    }

    private void addProperty(
        String component, ObjectNode smallest, String property, JsonNode propertySchema) {
      BoundaryValues.this.add(
          propertySchema,
          place + "/" + property,
          property,
          value -> {
            ObjectNode object = smallest.deepCopy();
            if (component.equals("ShellProcessor") && property.equals("command")) {
              object.remove("script");
            }
            if (component.equals("FanOut") && value.asText().equals("broadcast")) {
              object.remove("count");
            }
            if (component.equals("Trigger") && EXCLUDE_CRON.contains(property)) {
              object.remove("cron");
            }
            object.set(property, value);
            if (component.equals("FlowProcessor") || property.equals("within")) {
              SampleValues.complete(component, object);
            }
            return whole.apply(object);
          });
    }

    private void addMap(JsonNode values) {
      BoundaryValues.this.add(
          values,
          place + "/*",
          name,
          value -> whole.apply(JsonNodeFactory.instance.objectNode().set("Key", value)));
      for (String text : TEXTS) {
        JsonNode names = schema.path("propertyNames");
        if (!contract.violations(names, TextNode.valueOf(text)).isEmpty()) {
          add("propertyNames", JsonNodeFactory.instance.objectNode().put(text, "x"), false);
        }
      }
      int most = schema.path("maxProperties").asInt(LONGEST + 1);
      if (most <= LONGEST) {
        add("maxProperties", map(most), true);
        add("maxProperties", map(most + 1), false);
      }
    }

    private ObjectNode map(int size) {
      ObjectNode map = JsonNodeFactory.instance.objectNode();
      for (int i = 0; i < size; i++) {
        map.put("Key-" + i, "x");
      }
      return map;
    }
  }

  /** The values of a parameter; an empty one counts as absent. */
  static List<Case> ofParameter(ApiContract contract, JsonNode parameter) {
    return of(contract, parameter.path("schema"), parameter.path("name").asText()).stream()
        .filter(value -> value.value().isValueNode() && !value.value().asText().isEmpty())
        .filter(value -> !value.place().endsWith(":type"))
        .toList();
  }
}
