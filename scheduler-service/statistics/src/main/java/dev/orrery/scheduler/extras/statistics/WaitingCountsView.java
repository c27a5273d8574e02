package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.model.instance.WaitingFor;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Counts of the waiting instances of an app by their reason. */
@Schema(name = "WaitingCounts", description = "The waiting instances of an app by their reason.")
@RegisterForReflection
public record WaitingCountsView(
    @Schema(description = "The time of the counts; callers share them for three seconds.")
        Instant asOf,
    @Schema(description = "Number of waiting instances.", minimum = "0") long total,
    @Schema(description = "Whether a count is an estimate.") boolean estimated,
    @Schema(description = "The reasons that instances have, the most frequent first.")
        List<Reason> items) {

  /** The instances of one reason. */
  @Schema(name = "WaitingCount", description = "The waiting instances of one reason.")
  @RegisterForReflection
  public record Reason(
      @Schema(description = "Why they wait.") WaitingFor waitingFor,
      @Schema(description = "Number of them.", minimum = "1") long count,
      @Schema(description = "Whether the count is an estimate.") boolean estimated,
      @Schema(description = "The one that has waited longest; if estimated, of those examined.")
          Oldest oldest) {}

  /** An instance with the start of its wait. */
  @Schema(name = "OldestWaiting", description = "An instance with the start of its wait.")
  @RegisterForReflection
  public record Oldest(
      @Schema(description = "Id of the instance.", pattern = JsonSchema.ID_PATTERN) String id,
      @Schema(description = "Name of its job.") String job,
      @Schema(
              description =
                  "When it became due; when it was created if it waits for a time (DUE_TIME,"
                      + " BACKOFF).")
          Instant since) {}
}
