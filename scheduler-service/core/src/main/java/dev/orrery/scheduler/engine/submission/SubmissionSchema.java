package dev.orrery.scheduler.engine.submission;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.model.job.document.JobSchema;
import java.util.Map;

/** The JSON Schemas of the calls that submit runs. */
public final class SubmissionSchema {
  private SubmissionSchema() {}

  public static Map<String, JsonSchema> components() {
    return Map.of(
        "Run",
        run(JsonSchema.object())
            .describedAs("A run of the job in the path.")
            .example(example().put("runAt", "2027-01-01T00:00:00Z")),
        "RunOfJob",
        run(JsonSchema.object()
                .required("job", JsonSchema.name().describedAs("Name of the job."))
                .optional(
                    "count",
                    JsonSchema.integer(1, SubmissionLimits.MAX_INSTANCES_PER_CALL)
                        .describedAs("How many instances to make.")
                        .defaultsTo(1)))
            .describedAs("One or more runs of a job."),
        "RunList",
        JsonSchema.object()
            .required(
                "instances",
                JsonSchema.array(
                        JsonSchema.component("RunOfJob"),
                        1,
                        SubmissionLimits.MAX_INSTANCES_PER_CALL)
                    .describedAs(
                        "Runs, of at most "
                            + SubmissionLimits.MAX_INSTANCES_PER_CALL
                            + " instances in all."))
            .describedAs("Runs of many jobs; all are made or none.")
            .example(exampleOfMany()));
  }

  public static JsonSchema idempotencyKey() {
    return JsonSchema.text(IdempotencyKey.MAX_LENGTH)
        .with("minLength", 1)
        .describedAs("A repeated call with the same key and body gets the first one's response.");
  }

  public static JsonSchema ids() {
    return JsonSchema.array(JsonSchema.id(), 1, SubmissionLimits.MAX_INSTANCES_PER_CALL);
  }

  private static JsonSchema run(JsonSchema run) {
    return run.optional("parameters", JobSchema.parameters())
        .optional(
            "runAt",
            JsonSchema.instant().describedAs("The earliest start; absent or past means now."));
  }

  private static ObjectNode example() {
    ObjectNode run = JsonNodeFactory.instance.objectNode();
    run.putObject("parameters").put("region", "eu");
    return run;
  }

  private static ObjectNode exampleOfMany() {
    ObjectNode runs = JsonNodeFactory.instance.objectNode();
    runs.putArray("instances").add(example().put("job", "nightly").put("count", 10));
    return runs;
  }
}
