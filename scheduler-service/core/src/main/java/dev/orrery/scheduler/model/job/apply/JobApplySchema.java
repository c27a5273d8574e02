package dev.orrery.scheduler.model.job.apply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.DeclarationVersion;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.model.job.document.JobSchema;
import java.util.Map;

/** The JSON Schema of a file of jobs. */
public final class JobApplySchema {
  private JobApplySchema() {}

  public static Map<String, JsonSchema> components() {
    return Map.of("JobApply", apply(), "NamedJob", namedJob());
  }

  private static JsonSchema apply() {
    return JsonSchema.object()
        .required(
            JobApplyReader.JOBS,
            JsonSchema.array(JsonSchema.component("NamedJob"), 0, JobApplyReader.MAX_JOBS)
                .describedAs("The jobs, each with a name of its own."))
        .optional(
            "owner",
            JsonSchema.name()
                .describedAs("Marks the jobs of the file; a job of another owner is refused."))
        .optional(
            "prune",
            JsonSchema.flag()
                .describedAs("Deletes the jobs of the owner that the file does not name.")
                .defaultsTo(false))
        .optional("declaration", declaration())
        .describedAs("A file of jobs.")
        .example(example());
  }

  private static JsonSchema declaration() {
    return JsonSchema.object()
        .required(
            "version",
            JsonSchema.text(DeclarationVersion.MAX_LENGTH)
                .alsoAccepting(JsonSchema.integer())
                .describedAs(
                    "Of the declaration: a whole number, or an instant. While a process declares a"
                        + " newer version, an older one changes nothing."))
        .optional(
            "renew",
            JsonSchema.flag()
                .describedAs("Changes no job if this version is in force, as processes say again.")
                .defaultsTo(false))
        .optional(
            "keep",
            JsonSchema.array(JsonSchema.name(), 0, JobApplyReader.MAX_JOBS)
                .describedAs(
                    "Names of jobs that the application declares, too, and that stay as they are:"
                        + " those whose documents were refused."))
        .optional(
            "code",
            JsonSchema.map(
                    JsonSchema.text(MessageLimits.MAX_PROCESSOR_LENGTH),
                    JsonSchema.text(JobApplyReader.MAX_CLASS))
                .with("maxProperties", JobApplyReader.MAX_JOBS)
                .describedAs(
                    "The classes of the methods of the process, by the processors that they are,"
                        + " such as java:send. A declared job of such a processor or class that is"
                        + " not among the jobs is disabled at once."))
        .describedAs(
            "Says that these are the jobs that an application declares. Jobs that the last one had,"
                + " and this one lacks, are disabled: at once if 'code' has their processor or"
                + " class, else after a grace period.");
  }

  /**
   * Returns the schema of a job in a file: its document, its name, and the ETag that the stored job
   * must have.
   */
  static JsonSchema namedFields() {
    return JobSchema.named()
        .optional(
            "etag",
            JsonSchema.text()
                .with("pattern", "^" + JobApplyReader.ETAG_PATTERN + "$")
                .describedAs("The ETag that the stored job must have, with its quotes."));
  }

  private static JsonSchema namedJob() {
    return namedFields().describedAs("A job document with its name.");
  }

  private static ObjectNode example() {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.put("owner", "billing-repo").put("prune", true);
    ObjectNode job = file.putArray(JobApplyReader.JOBS).addObject();
    job.put("name", "nightly").putObject("trigger").put("cron", "0 30 2 * * *");
    job.putObject("processor").put("type", ProcessorSpec.SHELL).put("script", "/opt/billing/run");
    return file;
  }
}
