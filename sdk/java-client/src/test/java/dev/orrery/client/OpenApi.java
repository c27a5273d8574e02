package dev.orrery.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** docs/openapi.yaml: compares requests with it, and makes responses of its schemas. */
final class OpenApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(Dialects.getOpenApi31());

  /** How much of a response is there. */
  enum Extent {
    EVERYTHING,
    REQUIRED
  }

  /** An operation of the document. */
  record Operation(String path, JsonNode json) {
    String id() {
      return json.path("operationId").asText();
    }

    Set<String> parameters(String in) {
      Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
      json.path("parameters")
          .forEach(
              parameter -> {
                if (parameter.path("in").asText().equals(in)) {
                  names.add(parameter.path("name").asText());
                }
              });
      return names;
    }

    JsonNode parameter(String name) {
      for (JsonNode parameter : json.path("parameters")) {
        if (parameter.path("name").asText().equals(name)) {
          return parameter.path("schema");
        }
      }
      throw new AssertionError(id() + " has no parameter " + name);
    }

    JsonNode body() {
      return json.at("/requestBody/content/application~1json/schema");
    }

    /** Returns the lowest status of success with its response. */
    String status() {
      Set<String> statuses = new TreeSet<>();
      json.path("responses").fieldNames().forEachRemaining(statuses::add);
      return statuses.iterator().next();
    }

    JsonNode response() {
      return json.path("responses").path(status()).path("content");
    }
  }

  private final JsonNode document;

  OpenApi() throws IOException {
    document = new YAMLMapper().readTree(Path.of(System.getProperty("orrery.openapi")).toFile());
  }

  Optional<Operation> operation(String method, String path) {
    List<Operation> found = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(
            entry -> {
              JsonNode json = entry.getValue().path(method.toLowerCase(java.util.Locale.ROOT));
              if (!json.isMissingNode() && matches(entry.getKey(), path)) {
                found.add(new Operation(entry.getKey(), json));
              }
            });
    return found.stream().findFirst();
  }

  private static boolean matches(String template, String path) {
    String pattern = Pattern.quote(template).replaceAll("\\{\\w+}", "\\\\E[^/:]+\\\\Q");
    return path.matches(pattern);
  }

  Set<String> values(String schema) {
    Set<String> values = new TreeSet<>();
    document
        .path("components")
        .path("schemas")
        .path(schema)
        .path("enum")
        .forEach(value -> values.add(value.asText()));
    return values;
  }

  /** Returns what of a request body the schema does not allow. */
  List<String> mistakes(JsonNode schema, String body) throws IOException {
    ObjectNode root = schema.deepCopy();
    root.set("components", document.get("components"));
    return SCHEMAS.getSchema(root).validate(JSON.readTree(body)).stream()
        .map(Error::toString)
        .toList();
  }

  private JsonNode resolved(JsonNode schema) {
    JsonNode found = schema;
    while (found.has("$ref")) {
      found = document.at(found.path("$ref").asText().substring(1));
    }
    return found;
  }

  /** Returns a value of a schema, with all its fields or only those that are always there. */
  JsonNode sample(JsonNode given, Extent extent) {
    JsonNode schema = resolved(given);
    for (String choice : List.of("anyOf", "oneOf")) {
      if (schema.has(choice)) {
        boolean isNullable = schema.path(choice).toString().contains("\"null\"");
        return isNullable && extent == Extent.REQUIRED
            ? NODES.nullNode()
            : sample(schema.path(choice).get(0), extent);
      }
    }
    JsonNode type = schema.path("type");
    if (type.isArray() && extent == Extent.REQUIRED) {
      return NODES.nullNode();
    }
    return switch (type.isArray() ? type.get(0).asText() : type.asText("")) {
      case "object" -> object(schema, extent);
      case "array" -> list(schema, extent);
      case "string" -> NODES.textNode(text(schema));
      case "integer" -> NODES.numberNode(Math.max(1, schema.path("minimum").asInt(1)));
      case "boolean" -> NODES.booleanNode(true);
      default -> NODES.textNode("any");
    };
  }

  private ArrayNode list(JsonNode schema, Extent extent) {
    ArrayNode list = NODES.arrayNode();
    list.add(sample(schema.path("items"), extent));
    return list;
  }

  private ObjectNode object(JsonNode schema, Extent extent) {
    ObjectNode object = NODES.objectNode();
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              if (extent == Extent.EVERYTHING || required.contains(property.getKey())) {
                object.set(property.getKey(), sample(property.getValue(), extent));
              }
            });
    if (schema.path("additionalProperties").isObject() && extent == Extent.EVERYTHING) {
      object.set("key", sample(schema.path("additionalProperties"), extent));
    }
    return object;
  }

  private static String text(JsonNode schema) {
    if (schema.has("enum")) {
      return schema.path("enum").get(0).asText();
    }
    if (schema.path("format").asText().equals("date-time")) {
      return "2027-01-01T00:00:00Z";
    }
    return schema.path("pattern").asText().equals("^[0-9]+$") ? "17" : "text";
  }
}
