package dev.orrery.scheduler.engine.submission;

import dev.orrery.scheduler.base.json.JsonSchema;
import java.util.Map;

/** The JSON Schema of a backfill request. */
public final class BackfillSchema {
  private static final String OVERLAP = "BackfillOverlap";

  private BackfillSchema() {}

  public static Map<String, JsonSchema> components() {
    return Map.of("BackfillRequest", request(), OVERLAP, overlap());
  }

  private static JsonSchema request() {
    return JsonSchema.object()
        .required("from", JsonSchema.instant().describedAs("The first fire time, included."))
        .optional(
            "until",
            JsonSchema.instant().describedAs("The last fire time, included; absent means now."))
        .optional(
            "overlap",
            JsonSchema.component(OVERLAP)
                .describedAs("Whether the instances run one after the other or side by side.")
                .defaultsTo(BackfillRequest.DEFAULT_OVERLAP))
        .describedAs(
            "Fire times of the past to run: at most "
                + BackfillRule.MAX_FIRE_TIMES
                + " that have no instance, or only a SKIPPED one.");
  }

  private static JsonSchema overlap() {
    return JsonSchema.oneOf(BackfillOverlap.values())
        .describedAs("queue-all: one after the other; allow: side by side.");
  }
}
