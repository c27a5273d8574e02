package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** An OpenAPI document: its operations by method and path, and its schemas as checks of values. */
final class ApiContract {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDialect(
          Dialects.getOpenApi31(),
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  private static final Pattern PATH_PARAMETER = Pattern.compile("\\{\\w+}");
  private static final int MAX_QUOTE = 200;

  private final JsonNode document;
  private final List<Operation> operations = new ArrayList<>();
  private final JsonNode components;
  private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();

  ApiContract(JsonNode document) {
    this.document = document;
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation ->
                            operations.add(
                                new Operation(
                                    operation.getKey().toUpperCase(Locale.ROOT),
                                    path.getKey(),
                                    operation.getValue()))));
    components = closed(document.path("components"));
  }

  /**
   * An operation of the document.
   *
   * @param path a template
   */
  record Operation(String method, String path, JsonNode node) {
    String id() {
      return node.path("operationId").asText();
    }

    JsonNode parameters() {
      return node.path("parameters");
    }

    private boolean takes(List<String> segments) {
      List<String> template = segmentsOf(path);
      if (template.size() != segments.size()) {
        return false;
      }
      for (int i = 0; i < segments.size(); i++) {
        boolean matches =
            PATH_PARAMETER.matcher(template.get(i)).matches()
                ? !segments.get(i).isEmpty()
                : template.get(i).equals(segments.get(i));
        if (!matches) {
          return false;
        }
      }
      return true;
    }

    private long parameterCount() {
      return PATH_PARAMETER.matcher(path).results().count();
    }

    @Override
    public String toString() {
      return method + " " + path + " (" + id() + ")";
    }
  }

  List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** The operation that answers; of several, the one with the fewest parameters in its path. */
  Optional<Operation> operationOf(String method, String path) {
    List<String> segments = segmentsOf(path);
    return operations.stream()
        .filter(operation -> operation.method().equals(method) && operation.takes(segments))
        .reduce((a, b) -> a.parameterCount() <= b.parameterCount() ? a : b);
  }

  private static List<String> segmentsOf(String path) {
    return List.of(path.split("/", -1));
  }

  /** The node itself, or what it refers to. */
  JsonNode resolved(JsonNode node) {
    JsonNode reference = node.path("$ref");
    return reference.isTextual()
        ? resolved(document.at(JsonPointer.compile(reference.asText().substring(1))))
        : node;
  }

  /** The violations of the schema by the value, one line for each place of it. */
  List<String> violations(JsonNode schema, JsonNode value) {
    return schemas.computeIfAbsent(schema, this::compile).validate(value).stream()
        .map(ApiContract::describe)
        .toList();
  }

  private Schema compile(JsonNode schema) {
    ObjectNode root = closed(schema);
    root.set("components", components);
    return REGISTRY.getSchema(root);
  }

  private static String describe(Error error) {
    return "at '%s': %s; the document says at %s: %s; the value is %s"
        .formatted(
            error.getInstanceLocation(),
            error.getMessage(),
            error.getSchemaLocation(),
            quote(String.valueOf(error.getSchemaNode())),
            quote(String.valueOf(error.getInstanceNode())));
  }

  private static String quote(String text) {
    return text.length() <= MAX_QUOTE ? text : text.substring(0, MAX_QUOTE) + "…";
  }

  /** A copy without further properties: clients must expect new ones, but the tests must not. */
  private static ObjectNode closed(JsonNode schema) {
    ObjectNode copy = schema.deepCopy();
    close(copy);
    return copy;
  }

  /** Conditions, which have no type, stay open: they name only the properties that they judge. */
  private static void close(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.path("properties").isObject()
        && object.has("type")
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    node.forEach(ApiContract::close);
  }
}
