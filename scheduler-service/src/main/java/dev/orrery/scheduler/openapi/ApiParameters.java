package dev.orrery.scheduler.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.scheduler.json.JsonSchema;
import dev.orrery.scheduler.rest.Page;
import java.util.HashMap;
import java.util.Map;

/** Describes the parameters that many operations share; resources describe those of their own. */
final class ApiParameters {
  private static final String IF_MATCH = "If-Match";

  private static final Map<String, JsonSchema> SHARED = new HashMap<>();

  static {
    SHARED.put("app", JsonSchema.name().describedAs("Name of the app."));
    SHARED.put("job", JsonSchema.name().describedAs("Name of the job."));
    SHARED.put("webhook", JsonSchema.name().describedAs("Name of the webhook."));
    SHARED.put(
        "limit",
        JsonSchema.integer(1, Page.MAX_LIMIT)
            .defaultsTo(Page.DEFAULT_LIMIT)
            .describedAs("The most items to return."));
    SHARED.put(
        "after",
        JsonSchema.text()
            .describedAs("The cursor 'next' of the page before; absent for the first."));
    SHARED.put(
        "dryRun",
        JsonSchema.flag()
            .defaultsTo(false)
            .describedAs("Changes nothing; the response is the difference."));
    SHARED.put(
        IF_MATCH,
        JsonSchema.text().describedAs("The call is refused unless the ETag is one of these."));
    SHARED.put(
        "If-None-Match",
        JsonSchema.text()
            .describedAs("The call is refused if the ETag is one of these; '*' for any."));
    SHARED.put(
        "Idempotency-Key",
        JsonSchema.text()
            .describedAs(
                "A repeated call with the same key and body gets the first one's response."));
  }

  private ApiParameters() {}

  static void complete(String path, ObjectNode operation) {
    for (JsonNode parameter : operation.path("parameters")) {
      String name = parameter.path("name").asText();
      JsonSchema shared = name.equals("id") ? id(path) : SHARED.get(name);
      if (shared != null) {
        ObjectNode schema = shared.toJson();
        ObjectNode described = (ObjectNode) parameter;
        String description = schema.remove("description").asText();
        if (!described.has("description")) {
          described.put("description", description);
        }
        described.set("schema", schema);
      }
    }
  }

  private static JsonSchema id(String path) {
    String before = path.substring(0, path.indexOf("/{id}"));
    String collection = before.substring(before.lastIndexOf('/') + 1);
    String item = collection.substring(0, collection.length() - 1);
    return JsonSchema.text().with("pattern", "^[0-9]+$").describedAs("Id of the " + item + ".");
  }
}
