package dev.orrery.scheduler.model.job.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.base.json.LenientSchema;
import dev.orrery.scheduler.model.job.document.JobSchema;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON Schema of a file that {@code ./orrery apply} reads, for editors. It accepts every file
 * that the scheduler accepts. Only the scheduler finds errors that a schema cannot express, such as
 * a cron expression that never fires.
 */
public final class JobFileSchema {
  private static final String JOB = "JobInFile";
  private static final String DEFINITIONS = "$defs";
  private static final ObjectNode SCHEMA = schema();

  private JobFileSchema() {}

  /** Returns the schema as JSON. Callers must not modify it. */
  public static ObjectNode json() {
    return SCHEMA;
  }

  private static ObjectNode schema() {
    ObjectNode file =
        JsonSchema.object()
            .required("app", JsonSchema.name().describedAs("The app that owns the jobs."))
            .required(
                JobApplyReader.JOBS,
                JsonSchema.array(JsonSchema.component(JOB), 0, JobApplyReader.MAX_JOBS)
                    .describedAs("The jobs, each with a name of its own."))
            .optional(
                "owner",
                JsonSchema.name()
                    .describedAs("Marks the jobs of the file, so that apply --prune knows them."))
            .describedAs("A file of Orrery jobs, for ./orrery apply.")
            .toJson();
    Map<String, JsonSchema> schemas = new TreeMap<>(JobSchema.components());
    schemas.keySet().removeAll(List.of("Job", "JobDocument"));
    schemas.put(JOB, JobApplySchema.namedFields().describedAs("A job: what runs, when and how."));
    schemas.put(JsonSchema.INSTANT, JsonSchema.instants());
    ObjectNode definitions = file.putObject(DEFINITIONS);
    schemas.forEach((name, schema) -> definitions.set(name, schema.toJson()));
    refer(file);
    ObjectNode lenient = LenientSchema.of(file);
    ObjectNode schema = lenient.objectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.setAll(lenient);
    return schema;
  }

  private static void refer(JsonNode node) {
    node.forEach(JobFileSchema::refer);
    if (node instanceof ObjectNode schema) {
      schema.remove("discriminator");
      if (schema.has("$ref")) {
        String name = schema.get("$ref").asText();
        schema.put("$ref", "#/" + DEFINITIONS + name.substring(name.lastIndexOf('/')));
      }
    }
  }
}
