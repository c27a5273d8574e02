package dev.orrery.scheduler.model.app;

import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.http.security.Role;
import java.util.Map;

/** The JSON Schemas of apps and of requests for tokens. */
public final class AppSchema {
  private static final String ROLE = "Role";

  private AppSchema() {}

  public static Map<String, JsonSchema> components() {
    return Map.of(
        "App",
        app(),
        "PauseRequest",
        PauseReader.schema(),
        "TokenRequest",
        tokenRequest(),
        ROLE,
        role());
  }

  private static JsonSchema app() {
    return JsonSchema.object()
        .optional(
            "name", JsonSchema.name().describedAs("Name of the app; in a PUT, that of the path."))
        .optional(
            "description",
            JsonSchema.text(AppReader.MAX_DESCRIPTION)
                .describedAs("What the app is for; if a PUT has none, the present one is kept."))
        .optional(
            "paused",
            JsonSchema.flag()
                .with("readOnly", true)
                .describedAs("True if all jobs of the app are paused; ignored in requests."))
        .optional(
            "pause",
            JsonSchema.component("Pause")
                .with("readOnly", true)
                .describedAs("The pause; absent unless the app is paused; ignored in requests."))
        .describedAs(
            "An app, which owns jobs, tokens and webhooks. Responses have all properties but pause.");
  }

  private static JsonSchema tokenRequest() {
    return JsonSchema.object()
        .required("role", JsonSchema.component(ROLE).describedAs("What the token may do."))
        .optional("name", JsonSchema.name().describedAs("A name, for people; need not be unique."))
        .optional(
            "expiresAt",
            JsonSchema.instant()
                .describedAs(
                    "When it stops to work, in the future; without it, it works until it is"
                        + " revoked."))
        .describedAs("The token to create.");
  }

  private static JsonSchema role() {
    return JsonSchema.oneOf(Role.ofTokens().map(Role::canonicalName).toArray(String[]::new))
        .describedAs("The role of a token of an app.");
  }
}
