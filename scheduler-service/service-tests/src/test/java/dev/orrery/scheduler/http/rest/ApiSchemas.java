package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.edge.cluster.ClusterSchema;
import dev.orrery.scheduler.edge.console.ConsoleSchema;
import dev.orrery.scheduler.engine.command.RetryMode;
import dev.orrery.scheduler.engine.submission.BackfillSchema;
import dev.orrery.scheduler.engine.submission.SubmissionSchema;
import dev.orrery.scheduler.extras.notification.WebhookSchema;
import dev.orrery.scheduler.model.app.AppSchema;
import dev.orrery.scheduler.model.instance.InstanceSchema;
import dev.orrery.scheduler.model.job.apply.JobApplySchema;
import dev.orrery.scheduler.model.job.document.JobSchema;
import dev.orrery.scheduler.powerjob.PowerJobSchema;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Completes the schemas of the document. Schemas of documents come from the packages of their
 * readers, pages get the names of their items, and all other schemas list the properties that are
 * always present.
 */
final class ApiSchemas {
  private static final String COMPONENTS = "#/components/schemas/";

  /** The name that the scanner gives to {@code Page<AppView>}. */
  private static final Pattern PAGE = Pattern.compile("Page(\\w+?)(?:View)?");

  private static final String ANY_VALUE = "JsonValue";

  private static final String TYPE = "type";
  private static final String STRING = "string";

  private final ObjectNode document;
  private final ObjectNode schemas;
  private final ApiClasses classes;
  private final Map<String, JsonSchema> written = new TreeMap<>();

  ApiSchemas(ObjectNode document, ApiClasses classes) {
    this.document = document;
    this.schemas = (ObjectNode) document.at("/components/schemas");
    this.classes = classes;
    written.putAll(JobSchema.components());
    written.putAll(JobApplySchema.components());
    written.putAll(WebhookSchema.components());
    written.putAll(SubmissionSchema.components());
    written.putAll(AppSchema.components());
    written.putAll(PowerJobSchema.components());
    written.putAll(InstanceSchema.components());
    written.putAll(RetryMode.components());
    written.putAll(BackfillSchema.components());
    written.putAll(ClusterSchema.components());
    written.putAll(ConsoleSchema.components());
    written.putAll(WorkerApiSchema.components());
    written.putAll(ProblemSchema.components());
    written.put(ANY_VALUE, JsonSchema.any().describedAs("Any JSON value."));
    written.put(
        "Duration",
        JsonSchema.duration()
            .describedAs("ISO 8601, such as PT1H30M.")
            .example(TextNode.valueOf("PT1H30M")));
    written.put(JsonSchema.INSTANT, JsonSchema.instants());
  }

  void complete() {
    written.forEach((name, schema) -> schemas.set(name, schema.toJson()));
    renameScanned();
    schemas
        .properties()
        .forEach(
            schema -> {
              if (!written.containsKey(schema.getKey())) {
                ApiProperties.refine(schema.getKey(), (ObjectNode) schema.getValue());
                stateWhatIsThere(schema.getKey(), (ObjectNode) schema.getValue());
              }
            });
    schemas.forEach(this::inlineNullableScalars);
  }

  /**
   * Replaces the reference to a scalar, such as an instant, where null is an alternative to it:
   * openapi-generator drops the null of such a reference, and clients read it as the year 1970, or
   * fail. References to enums and objects keep it.
   */
  private void inlineNullableScalars(JsonNode node) {
    node.forEach(this::inlineNullableScalars);
    if (!(node instanceof ObjectNode property) || !isNullable(property) || property.has(TYPE)) {
      return;
    }
    for (JsonNode choice : property.path("anyOf")) {
      String component = choice.path("$ref").asText();
      if (!component.isEmpty() && isScalar(document.at(component.substring(1)))) {
        JsonNode format = document.at(component.substring(1)).path("format");
        property.remove("anyOf");
        property.putArray(TYPE).add(STRING).add("null");
        if (format.isTextual()) {
          property.set("format", format);
        }
        return;
      }
    }
  }

  private static boolean isScalar(JsonNode schema) {
    return schema.path(TYPE).asText().equals(STRING) && !schema.has("enum");
  }

  private void renameScanned() {
    Map<String, String> names = new TreeMap<>(Map.of("JsonNode", ANY_VALUE));
    schemas
        .fieldNames()
        .forEachRemaining(
            name -> {
              Matcher page = PAGE.matcher(name);
              if (page.matches()) {
                names.put(name, page.group(1) + "Page");
              }
            });
    names.forEach(
        (scanned, name) -> {
          JsonNode schema = schemas.remove(scanned);
          if (!written.containsKey(name)) {
            ((ObjectNode) schema).put("description", pageOf(schema));
            schemas.set(name, schema);
          }
        });
    rename(document, names);
  }

  private static String pageOf(JsonNode page) {
    String item = page.at("/properties/items/items/$ref").asText().substring(COMPONENTS.length());
    return "One page of a list of `" + item + "`.";
  }

  private static void rename(JsonNode node, Map<String, String> names) {
    JsonNode reference = node.path("$ref");
    if (reference.isTextual()) {
      String name = reference.asText().substring(COMPONENTS.length());
      if (names.containsKey(name)) {
        ((ObjectNode) node).put("$ref", COMPONENTS + names.get(name));
      }
    }
    node.forEach(part -> rename(part, names));
  }

  /** A property that is not nullable is always present; a nullable one may be absent. */
  private void stateWhatIsThere(String name, ObjectNode schema) {
    ArrayNode required = schema.objectNode().arrayNode();
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              ObjectNode value = (ObjectNode) property.getValue();
              if (value.has("$ref") || value.has("anyOf")) {
                // The scanner repeats the type, as an array for any JSON.
                value.remove(TYPE);
              }
              if (isNullable(value) && classes.leavesNullsOut(name)) {
                removeNull(value);
              } else {
                required.add(property.getKey());
              }
            });
    if (!required.isEmpty() && !schema.has("required")) {
      schema.set("required", required);
    }
  }

  static boolean isNullable(JsonNode property) {
    for (JsonNode type : property.path(TYPE)) {
      if (type.asText().equals("null")) {
        return true;
      }
    }
    for (JsonNode choice : property.path("anyOf")) {
      if (choice.path(TYPE).asText().equals("null")) {
        return true;
      }
    }
    return false;
  }

  private static void removeNull(ObjectNode property) {
    if (property.has(TYPE)) {
      for (JsonNode type : property.get(TYPE)) {
        if (!type.asText().equals("null")) {
          property.set(TYPE, type);
          return;
        }
      }
    }
    for (JsonNode choice : property.path("anyOf")) {
      if (choice.has("$ref")) {
        property.set("$ref", choice.get("$ref"));
        property.remove("anyOf");
        return;
      }
    }
  }
}
