package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.json.JsonSchema;
import java.util.Map;

/** The JSON Schema of a request that opens an app to workers of PowerJob. */
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
                        "The name by which workers of PowerJob ask for the app, their appName;"
                            + " absent for that of the app."))
            .describedAs("How an app is open to workers of PowerJob."));
  }
}
