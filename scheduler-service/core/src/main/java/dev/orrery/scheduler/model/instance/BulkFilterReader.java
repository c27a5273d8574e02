package dev.orrery.scheduler.model.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.model.job.document.LabelRules;
import java.util.Map;

/** Reads the filter of a call that changes many instances from its body. */
public final class BulkFilterReader {
  private static final int MAX_STATES = 20;

  private static final String ALL = "all";

  /** Selects all instances; a body must request it explicitly by {@value #ALL}. */
  private static final InstanceFilter EVERYTHING =
      new InstanceFilter(null, null, null, null, null, null, null);

  private BulkFilterReader() {}

  /**
   * Reads the filter of a call that changes instances. Refuses an absent body, a body without
   * fields and a null: they come from unset variables, and would select all instances.
   *
   * @throws ProblemException {@code INVALID}, {@code MALFORMED}
   */
  public static InstanceFilter read(JsonNode body) {
    JsonFields fields = JsonFields.ofBody(body);
    boolean all = fields.flag(ALL).orElse(false);
    InstanceFilter filter =
        new InstanceFilter(
            fields.text("job").orElse(null),
            InstanceFilter.states("states", fields.texts("states", MAX_STATES).orElse(null)),
            fields.instant("createdFrom").orElse(null),
            fields.instant("createdUntil").orElse(null),
            fields.text("worker").orElse(null),
            fields.text("errorText").orElse(null),
            InstanceFilter.origins(fields.text("origin").orElse(null)),
            InstanceFilter.waitingFor(fields.text("waitingFor").orElse(null)),
            InstanceFilter.parameters("parameters", fields.textMap("parameters").orElse(Map.of())),
            LabelRules.read(fields).orElse(null));
    fields.refuseUnknown();
    if (filter.states() != null && filter.states().isEmpty()) {
      throw ProblemException.invalid(
          "states", "'states' must name at least one state; leave it out for all.");
    }
    refuseEmpty(body);
    if (all != filter.equals(EVERYTHING)) {
      throw all
          ? ProblemException.invalid(
              ALL, "'all' selects all instances: leave out 'all', or the other fields.")
          : ProblemException.invalid(
              ALL,
              "The body selects no instances: give a filter, such as {\"job\": \"nightly\"}, or"
                  + " {\"all\": true} for all instances of the app.");
    }
    return filter;
  }

  /** Refuses what a program sends for a missing value; it would select all instances. */
  private static void refuseEmpty(JsonNode body) {
    if (body == null) {
      return;
    }
    body.properties()
        .forEach(
            field -> {
              boolean isNull = field.getValue().isNull();
              if (isNull || (field.getValue().isObject() && field.getValue().isEmpty())) {
                throw ProblemException.invalid(
                    field.getKey(),
                    "'%s' must not be %s; leave it out, or give a value."
                        .formatted(field.getKey(), isNull ? "null" : "empty"));
              }
            });
  }

  static Map<String, JsonSchema> components() {
    return Map.of(
        "InstanceFilter",
        JsonSchema.object()
            .with("minProperties", 1)
            .optional(
                ALL,
                JsonSchema.flag()
                    .describedAs("true selects all instances of the app, without a filter."))
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
            .optional(
                "parameters",
                JsonSchema.map(JsonSchema.name(), JsonSchema.text(InstanceFilter.MAX_PARAMETER))
                    .with("minProperties", 1)
                    .with("maxProperties", InstanceFilter.MAX_PARAMETERS)
                    .describedAs("Only instances to which these parameters were given."))
            .optional(
                LabelRules.LABELS,
                LabelRules.schema()
                    .with("minProperties", 1)
                    .describedAs("Only instances of jobs with all of these labels."))
            .describedAs("A choice of instances: at least one filter, or 'all'."));
  }
}
