package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.http.security.Role.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An OpenAPI document as JSON, which completes the scanned document to the one that is served. */
final class ApiDocument {
  private static final Map<String, String> TAGS =
      Map.of(
          "apps", "Apps, which own jobs, tokens and webhooks.",
          "tokens", "Tokens of an app, each with a role.",
          "jobs", "Jobs, their versions, fire times and backfills.",
          "instances", "Instances of jobs: runs, their attempts and logs.",
          "webhooks", "Messages about the health of jobs, and their deliveries.",
          "workers", "Connected workers, and workers that were refused.",
          "console", "Sessions of browsers, for the web console.",
          "protocol", "Protocols, ports and replicas of the scheduler.",
          "storage", "Sizes of tables, retention and open transactions of the database.");

  private final ObjectNode document;
  private final ApiClasses classes;

  ApiDocument(ObjectNode document, ApiClasses classes) {
    this.document = document;
    this.classes = classes;
  }

  void complete() {
    describe();
    new ApiSchemas(document, classes).complete();
    ApiHeaders.complete(document);
    ApiResponses responses = new ApiResponses(document);
    forEachOperation(
        (path, method, operation) -> {
          describeRole(operation);
          ApiParameters.complete(path, operation);
          List<ErrorCode> codes =
              new ArrayList<>(classes.codesOf(operation.path("operationId").asText()));
          if (!method.equals("get")) {
            codes.add(ErrorCode.CROSS_SITE);
          }
          responses.complete(operation, codes);
          completeBody(operation);
        });
  }

  private void describe() {
    document.putArray("servers").addObject().put("url", "/").put("description", "This scheduler");
    ArrayNode tags = document.putArray("tags");
    TAGS.keySet().stream()
        .sorted()
        .forEach(tag -> tags.addObject().put("name", tag).put("description", TAGS.get(tag)));
  }

  /** Completes one operation. */
  @FunctionalInterface
  private interface OperationCompletion {
    void complete(String path, String method, ObjectNode operation);
  }

  private void forEachOperation(OperationCompletion action) {
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation ->
                            action.complete(
                                path.getKey(),
                                operation.getKey(),
                                (ObjectNode) operation.getValue())));
  }

  private static void describeRole(ObjectNode operation) {
    boolean open = operation.path("security").isEmpty();
    JsonNode roles = operation.at("/security/0/token").deepCopy();
    String role =
        open
            ? "Needs no token."
            : switch (roles.path(0).asText()) {
              case "" -> "Any valid token may call it.";
              case Names.ADMIN -> "Needs the admin token.";
              case Names.OPERATOR -> "Needs the role `operator`, or the admin token.";
              case Names.DECLARE -> "Needs the role `declare` or `operator`, or the admin token.";
              case Names.VIEWER ->
                  roles.size() > 1
                      ? "Needs the role `viewer`, `declare` or `operator`, or the admin token."
                      : "Needs the role `viewer` or `operator`, or the admin token.";
              default -> "Needs the role `" + roles.get(0).asText() + "`.";
            };
    // Scopes belong to OAuth; with a bearer token, tools refuse them.
    ObjectNode scheme = operation.withArray("/security").removeAll().addObject();
    if (!open) {
      scheme.putArray("token");
    }
    String description = operation.path("description").asText();
    operation.put("description", description.isEmpty() ? role : description + " " + role);
  }

  /**
   * A body that needs no property may be absent. Its example moves to the schema, because
   * generators cannot use the example of a body.
   */
  private void completeBody(ObjectNode operation) {
    if (operation.get("requestBody") instanceof ObjectNode body) {
      ObjectNode content = (ObjectNode) body.at("/content/application~1json");
      ObjectNode schema = schemaOf(content);
      body.put("required", !schema.path("required").isEmpty() || schema.has("minProperties"));
      body.put("description", schema.path("description").asText());
      JsonNode example = content.remove("example");
      if (example != null && !schema.has("examples")) {
        schema.putArray("examples").add(example);
      }
      nameBody(operation, content.at("/schema/$ref").asText());
    }
  }

  /**
   * Names the argument of a generated method for the body. Without a name it is called like the
   * schema, and {@code job2} beside the path parameter {@code job}.
   */
  private static void nameBody(ObjectNode operation, String schema) {
    String component = schema.substring(schema.lastIndexOf('/') + 1);
    if (operation.path("parameters").findValuesAsText("name").stream()
        .anyMatch(component::equalsIgnoreCase)) {
      operation.put("x-codegen-request-body-name", "document");
    }
  }

  private ObjectNode schemaOf(ObjectNode content) {
    JsonNode schema = content.get("schema");
    return (ObjectNode)
        (schema.has("$ref") ? document.at(schema.get("$ref").asText().substring(1)) : schema);
  }
}
