package dev.orrery.docs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Renders an OpenAPI document as Markdown: each operation with its parameters and a curl call. */
final class ApiReference {
  private static final Map<String, String> PATH_SAMPLES =
      Map.of("app", "billing", "job", "nightly", "webhook", "ops", "id", "17");
  private static final String COMPONENTS = "#/components/schemas/";

  private final JsonNode document;
  private final Set<String> common;
  private final StringBuilder page = new StringBuilder();

  ApiReference(JsonNode document) {
    this.document = document;
    this.common = commonErrors();
  }

  String markdown() {
    line("# API reference");
    line("");
    line("Every operation of the REST API, generated from the [OpenAPI document](openapi.yaml).");
    line("[api.md](api.md) has the rules that all operations share, and the meaning of the error");
    line("codes. The calls assume `ORRERY_URL` and `ORRERY_TOKEN`.");
    line("");
    line("Errors that every operation can answer: " + String.join(", ", common) + ".");
    for (JsonNode tag : document.path("tags")) {
      addTag(tag);
    }
    line("");
    line("## Schemas");
    document
        .at("/components/schemas")
        .properties()
        .forEach(schema -> addSchema(schema.getKey(), schema.getValue()));
    return page.toString();
  }

  private void addTag(JsonNode tag) {
    String name = tag.path("name").asText();
    line("");
    line("## " + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1));
    line("");
    line(tag.path("description").asText());
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation -> {
                          if (operation.getValue().at("/tags/0").asText().equals(name)) {
                            addOperation(path.getKey(), operation.getKey(), operation.getValue());
                          }
                        }));
  }

  private void addOperation(String path, String method, JsonNode operation) {
    line("");
    line("### " + operation.path("operationId").asText());
    line("");
    line("`" + method.toUpperCase(Locale.ROOT) + " " + path + "`");
    line("");
    line(operation.path("summary").asText() + ". " + operation.path("description").asText());
    addParameters(operation.path("parameters"));
    JsonNode body = operation.at("/requestBody/content/application~1json/schema");
    if (!body.isMissingNode()) {
      line("");
      line("Body: " + typeOf(body) + ".");
    }
    line("");
    line("| status | response |");
    line("|---|---|");
    Map<String, String> errors = new LinkedHashMap<>();
    operation
        .path("responses")
        .properties()
        .forEach(response -> addResponse(response.getKey(), response.getValue(), errors));
    errors.values().removeAll(common);
    line("");
    if (!errors.isEmpty()) {
      line("Errors of its own: " + String.join(", ", errors.values()) + ".");
      line("");
    }
    line("```shell");
    line(curl(path, method, operation, body));
    line("```");
  }

  private void addParameters(JsonNode parameters) {
    if (parameters.isEmpty()) {
      return;
    }
    line("");
    line("| parameter | in | type | meaning |");
    line("|---|---|---|---|");
    for (JsonNode parameter : parameters) {
      line(
          "| `%s`%s | %s | %s | %s |"
              .formatted(
                  parameter.path("name").asText(),
                  parameter.path("required").asBoolean() ? " (required)" : "",
                  parameter.path("in").asText(),
                  typeOf(parameter.path("schema")),
                  cell(parameter.path("description").asText())));
    }
  }

  private void addResponse(String status, JsonNode given, Map<String, String> errors) {
    JsonNode response = resolved(given);
    if (response.has("x-error-codes")) {
      response
          .path("x-error-codes")
          .forEach(code -> errors.put(code.asText(), error(status, code.asText())));
      return;
    }
    String types =
        StreamSupport.stream(response.path("content").spliterator(), false)
            .map(content -> typeOf(content.path("schema")))
            .collect(Collectors.joining(" or "));
    line(
        "| "
            + status
            + (types.isEmpty() ? "" : " " + types)
            + " | "
            + cell(response.path("description").asText())
            + " |");
  }

  private static String error(String status, String code) {
    return status + " `" + code + "`";
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }

  private Set<String> commonErrors() {
    Set<String> all = null;
    for (JsonNode path : document.path("paths")) {
      for (JsonNode operation : path) {
        Set<String> errors = new LinkedHashSet<>();
        for (Map.Entry<String, JsonNode> response : operation.path("responses").properties()) {
          resolved(response.getValue())
              .path("x-error-codes")
              .forEach(code -> errors.add(error(response.getKey(), code.asText())));
        }
        if (all == null) {
          all = errors;
        } else {
          all.retainAll(errors);
        }
      }
    }
    return all;
  }

  private void addSchema(String name, JsonNode schema) {
    line("");
    line("### " + name);
    line("");
    line(schema.path("description").asText());
    if (!schema.has("properties")) {
      line("");
      line("Type: " + typeOf(schema) + ".");
      return;
    }
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(property -> required.add(property.asText()));
    line("");
    line("| property | type | meaning |");
    line("|---|---|---|");
    schema
        .path("properties")
        .properties()
        .forEach(
            property ->
                line(
                    "| `%s`%s | %s | %s |"
                        .formatted(
                            property.getKey(),
                            required.contains(property.getKey()) ? " (always)" : "",
                            typeOf(property.getValue()),
                            cell(property.getValue().path("description").asText()))));
  }

  private String typeOf(JsonNode schema) {
    if (schema.has("$ref")) {
      String name = schema.path("$ref").asText().substring(COMPONENTS.length());
      return "[" + name + "](#" + name.toLowerCase(Locale.ROOT) + ")";
    }
    for (String keyword : new String[] {"oneOf", "anyOf"}) {
      if (schema.has(keyword)) {
        return StreamSupport.stream(schema.get(keyword).spliterator(), false)
            .map(this::typeOf)
            .collect(Collectors.joining(" or "));
      }
    }
    String type =
        schema.path("type").isArray()
            ? StreamSupport.stream(schema.get("type").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(" or "))
            : schema.path("type").asText("any JSON");
    if (schema.has("enum")) {
      type =
          StreamSupport.stream(schema.get("enum").spliterator(), false)
              .map(value -> "`" + value.asText() + "`")
              .collect(Collectors.joining(", "));
    } else if (schema.has("items")) {
      type = type.replace("array", "list of " + typeOf(schema.get("items")));
    } else if (schema.has("minimum") && schema.has("maximum")) {
      type += " " + schema.get("minimum").asText() + " to " + schema.get("maximum").asText();
    }
    return schema.has("default") ? type + "; default `" + text(schema.get("default")) + "`" : type;
  }

  private static String text(JsonNode value) {
    return value.isValueNode() ? value.asText() : value.toString();
  }

  private String curl(String path, String method, JsonNode operation, JsonNode body) {
    String url = path;
    for (Map.Entry<String, String> sample : PATH_SAMPLES.entrySet()) {
      url = url.replace("{" + sample.getKey() + "}", sample.getValue());
    }
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.path("in").asText().equals("query") && parameter.path("required").asBoolean()) {
        url += "?" + parameter.path("name").asText() + "=@daily";
      }
    }
    String call =
        "curl -X "
            + method.toUpperCase(Locale.ROOT)
            + " \"$ORRERY_URL"
            + url
            + "\" \\\n  -H \"Authorization: Bearer $ORRERY_TOKEN\"";
    if (body.isMissingNode()) {
      return call;
    }
    JsonNode example = resolved(body).at("/examples/0");
    return call
        + " -H \"Content-Type: application/json\" \\\n  -d '"
        + (example.isMissingNode() ? "{}" : example.toString())
        + "'";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private void line(String text) {
    page.append(text).append('\n');
  }
}
