package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.scheduler.base.json.JsonSchema;
import jakarta.ws.rs.core.HttpHeaders;

/** Describes the headers of responses, which resources refer to by name. */
final class ApiHeaders {
  private ApiHeaders() {}

  static void complete(ObjectNode document) {
    ObjectNode headers = document.withObject("/components/headers");
    add(
        headers,
        HttpHeaders.ETAG,
        "The version of the document, for If-Match and If-None-Match.",
        JsonSchema.text());
    add(
        headers,
        HttpHeaders.LOCATION,
        "The path of the new resource, from the root of the server.",
        JsonSchema.text().with("format", "uri-reference"));
  }

  static void add(ObjectNode headers, String name, String description, JsonSchema schema) {
    headers.putObject(name).put("description", description).set("schema", schema.toJson());
  }
}
