package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.base.json.JsonSchema;
import java.util.Map;

/** The JSON Schemas of requests about PowerJob. */
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
            .describedAs("How an app is open to PowerJob workers."),
        "PowerJobNumbers",
        JsonSchema.object()
            .required(
                JobNumberResource.NUMBERS,
                JsonSchema.map(
                        JsonSchema.text()
                            .with("pattern", "^" + JobNumberResource.NUMBER_PATTERN + "$"),
                        JsonSchema.name())
                    .with("maxProperties", JobNumberResource.MAX_NUMBERS)
                    .describedAs("Names of jobs of the app, each once, by number at PowerJob."))
            .describedAs("The numbers that the jobs of an app had at PowerJob."));
  }
}
