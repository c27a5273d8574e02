package dev.orrery.scheduler.edge.console;

import dev.orrery.scheduler.base.json.JsonSchema;
import java.util.Map;

/** The JSON Schema of a sign-in request. */
public final class ConsoleSchema {
  static final int MAX_SECRET = 1000;

  private ConsoleSchema() {}

  public static Map<String, JsonSchema> components() {
    return Map.of("SignInRequest", signIn());
  }

  private static JsonSchema signIn() {
    return JsonSchema.object()
        .optional(
            "token", JsonSchema.text(MAX_SECRET).describedAs("A token of any role but worker."))
        .optional(
            "link",
            JsonSchema.text(MAX_SECRET)
                .describedAs("A one-time link of POST /api/v1/session/links."))
        .describedAs("Who signs in: a token or a link, and not both.");
  }
}
