package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.json.JsonSchema;
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
                            + " at first that of the app; absent keeps the present one."))
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
                        "Whether clients of 4.x get answers to fetchInstanceStatus and"
                            + " fetchInstanceInfo, with which they send no secret number: whoever"
                            + " is in the networks and guesses the id of a run reads its state,"
                            + " parameters and result. At first false; absent keeps the present"
                            + " value."))
            .describedAs("How an app is open to PowerJob workers."));
  }
}
