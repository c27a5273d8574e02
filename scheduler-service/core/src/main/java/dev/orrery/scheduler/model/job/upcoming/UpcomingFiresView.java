package dev.orrery.scheduler.model.job.upcoming;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The next fires of an app. */
@Schema(name = "UpcomingFires", description = "The next fires of an app, over all its jobs.")
@RegisterForReflection
public record UpcomingFiresView(
    @Schema(description = "The fires by time, then by name of the job.")
        List<UpcomingFireView> items,
    @Schema(
            description =
                "The end of the span that the list covers; before the 'until' of the call if the"
                    + " scheduler has more triggers than one call reads.")
        Instant until,
    @Schema(description = "True if there are fires up to 'until' that are not listed.")
        boolean more) {

  /** One fire. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "UpcomingFire", description = "One fire of a job.")
  @RegisterForReflection
  public record UpcomingFireView(
      @Schema(description = "Name of the job.") String job,
      @Schema(description = "The fire time; jitter can delay the start.") Instant at,
      @Schema(
              description =
                  "True if the job has fires up to 'until' behind this one that are not listed;"
                      + " otherwise absent.",
              nullable = true)
          Boolean more) {}

  static UpcomingFiresView of(UpcomingFires fires, Instant until) {
    return new UpcomingFiresView(
        fires.items().stream()
            .map(fire -> new UpcomingFireView(fire.job(), fire.at(), fire.more() ? true : null))
            .toList(),
        until,
        fires.more());
  }
}
