package dev.orrery.scheduler.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.json.JsonFields;
import dev.orrery.scheduler.json.JsonSchema;
import dev.orrery.scheduler.problem.ProblemException;
import java.util.Map;

/** Reads a filter that is the body of a call. */
public final class InstanceFilterReader {
  private static final int MAX_STATES = 20;

  private InstanceFilterReader() {}

  /**
   * An absent or empty body selects all instances.
   *
   * @throws ProblemException {@code INVALID}, {@code MALFORMED}
   */
  public static InstanceFilter read(JsonNode body) {
    JsonFields fields = JsonFields.ofBody(body);
    InstanceFilter filter =
        new InstanceFilter(
            fields.text("job").orElse(null),
            InstanceFilter.states("states", fields.texts("states", MAX_STATES).orElse(null)),
            fields.instant("createdFrom").orElse(null),
            fields.instant("createdUntil").orElse(null),
            fields.text("worker").orElse(null),
            fields.text("errorText").orElse(null),
            InstanceFilter.origin(fields.text("origin").orElse(null)),
            InstanceFilter.waitingFor(fields.text("waitingFor").orElse(null)));
    fields.refuseUnknown();
    if (filter.states() != null && filter.states().isEmpty()) {
      throw ProblemException.invalid(
          "states", "'states' must name at least one state; leave it out for all.");
    }
    return filter;
  }

  /** The schema of the body. */
  static Map<String, JsonSchema> components() {
    return Map.of(
        "InstanceFilter",
        JsonSchema.object()
            .optional("job", JsonSchema.name().describedAs("Only instances of this job."))
            .optional(
                "states",
                JsonSchema.array(JsonSchema.component("InstanceState"), 1, MAX_STATES)
                    .describedAs("Only instances in one of these states."))
            .optional(
                "createdFrom",
                JsonSchema.instant()
                    .describedAs("Only instances that were created at this instant or later."))
            .optional(
                "createdUntil",
                JsonSchema.instant()
                    .describedAs("Only instances that were created before this instant."))
            .optional(
                "worker",
                JsonSchema.text(InstanceFilter.MAX_WORKER)
                    .with("minLength", 1)
                    .describedAs("Only instances that this worker runs, or ran last."))
            .optional(
                "errorText",
                JsonSchema.text(InstanceFilter.MAX_ERROR)
                    .with("minLength", InstanceFilter.MIN_ERROR)
                    .describedAs(
                        "Only instances with this text in the error of their last attempt."))
            .optional(
                "origin",
                JsonSchema.component("InstanceOrigin").describedAs("Only instances of this cause."))
            .optional(
                "waitingFor",
                JsonSchema.component("WaitingFor")
                    .describedAs("Only instances that wait for this reason."))
            .describedAs("A choice of instances; what is absent selects all."));
  }
}
