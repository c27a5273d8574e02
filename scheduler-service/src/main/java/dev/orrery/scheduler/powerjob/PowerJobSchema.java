package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.http.json.JsonSchema;
import java.util.Map;

/** The JSON Schema of a request that opens an app to PowerJob workers. */
public final class PowerJobSchema {
  private PowerJobSchema() {}

  public static Map<String, JsonSchema> components() {
    return Map.of(
        "PowerJobApp",
        JsonSchema.object()
            .optional(
                "name",
                JsonSchema.text(OpenedAppResource.MAX_NAME)
                    .describedAs(
                        "The name by which PowerJob workers ask for the app, their appName;"
                            + " initially that of the app. If absent, it stays."))
            .optional(
                "password",
                JsonSchema.text(OpenedAppResource.MAX_PASSWORD)
                    .with("minLength", OpenedAppResource.MIN_PASSWORD)
                    .describedAs(
                        "The password of programs with PowerJob's client. It is never returned;"
                            + " absent keeps the present one, and without one no client can call."))
            .optional(
                "readsWithoutNumber",
                JsonSchema.flag()
                    .describedAs(
                        "Whether to answer fetchInstanceStatus and fetchInstanceInfo of clients of"
                            + " 4.x. They send no secret with these calls, so anyone in the"
                            + " networks who guesses the id of a run can read its state,"
                            + " parameters and result. Initially false; if absent, it stays."))
            .describedAs("How an app is open to PowerJob workers."));
  }
}
