package dev.orrery.scheduler.engine.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The response to a bulk command.
 *
 * @param next null if there are no more instances
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "BulkResult", description = "The effect of a command for many instances.")
@RegisterForReflection
public record BulkResponse(
    @Schema(
            description = "Number of instances that the filter selects, up to the limit of a call.",
            minimum = "0")
        int matched,
    @Schema(description = "Number of instances that were changed; 0 with dryRun.", minimum = "0")
        int changed,
    @Schema(description = "Whether there may be more instances, for another call.") boolean more,
    @Schema(
            description =
                "The cursor to pass as 'after' to another call; absent if there are no more.",
            nullable = true)
        String next) {

  static BulkResponse of(int matched, int changed, Long next) {
    return new BulkResponse(
        matched, changed, next != null, next == null ? null : Long.toString(next));
  }
}
