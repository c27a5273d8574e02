package dev.orrery.scheduler.base.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/**
 * Widens the schema of a document to everything that {@link JsonFields} accepts: a null counts as
 * absent, and some fields have other forms. Editors use the widened schema; clients are generated
 * from the original.
 */
public final class LenientSchema {
  private static final String TYPE = "type";
  private static final String ANY_OF = "anyOf";
  private static final String PROPERTIES = "properties";

  private LenientSchema() {}

  /** Returns a widened copy of the schema. */
  public static ObjectNode of(ObjectNode schema) {
    ObjectNode lenient = schema.deepCopy();
    widen(lenient);
    return lenient;
  }

  private static void widen(JsonNode node) {
    node.forEach(LenientSchema::widen);
    if (node instanceof ObjectNode schema) {
      acceptOtherForms(schema);
      Set<String> required = new HashSet<>();
      schema.path("required").forEach(name -> required.add(name.asText()));
      schema
          .path(PROPERTIES)
          .properties()
          .forEach(
              property -> {
                if (!required.contains(property.getKey())) {
                  acceptNull((ObjectNode) property.getValue());
                }
              });
    }
  }

  private static void acceptOtherForms(ObjectNode schema) {
    JsonNode forms = schema.remove(JsonSchema.ALSO_ACCEPTED);
    if (forms != null) {
      ObjectNode canonical = schema.deepCopy();
      canonical.remove("description");
      JsonNode description = schema.get("description");
      schema.removeAll();
      schema.set("description", description);
      ArrayNode choices = schema.putArray(ANY_OF).add(canonical);
      forms.forEach(choices::add);
    }
  }

  private static void acceptNull(ObjectNode schema) {
    JsonNode type = schema.get(TYPE);
    if (type != null && (type.isArray() || type.asText().equals(JsonSchema.NULL))) {
      return;
    }
    if (type != null) {
      schema.putArray(TYPE).add(type).add(JsonSchema.NULL);
      if (schema.has("enum")) {
        schema.withArray("/enum").addNull();
      }
    } else if (schema.has(ANY_OF)) {
      schema.withArray("/anyOf").addObject().put(TYPE, JsonSchema.NULL);
    } else if (schema.has("$ref")) {
      JsonNode reference = schema.remove("$ref");
      ArrayNode choices = schema.putArray(ANY_OF);
      choices.addObject().set("$ref", reference);
      choices.addObject().put(TYPE, JsonSchema.NULL);
    }
  }
}
