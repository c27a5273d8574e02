package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.base.json.JsonSchema;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The errors of the newest failed instances of an app, with one group for equal errors. */
@Schema(name = "InstanceErrors", description = "The errors of the newest failed instances.")
@RegisterForReflection
public record InstanceErrorsView(
    @Schema(description = "The errors, the most frequent first.") List<Group> items,
    @Schema(description = "Number of failed instances that were examined.", minimum = "0")
        int examined,
    @Schema(description = "Whether there are more failed instances, or more errors.")
        boolean truncated) {

  /** Instances with the same error. */
  @Schema(name = "InstanceErrorGroup", description = "Failed instances with the same error.")
  @RegisterForReflection
  public record Group(
      @Schema(
              description =
                  "The first 200 characters of the first line of the error, which the filter 'error'"
                      + " takes; without an error, the reason of the end or the state.")
          String message,
      @Schema(description = "Number of instances.", minimum = "1") int count,
      @Schema(description = "When the last of them ended.") Instant lastAt,
      @Schema(description = "Id of the last of them.", pattern = JsonSchema.ID_PATTERN)
          String lastId,
      @Schema(description = "Number of jobs that they belong to.", minimum = "1") int jobs) {}
}
