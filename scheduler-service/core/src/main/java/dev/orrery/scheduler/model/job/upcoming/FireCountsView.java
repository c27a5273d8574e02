package dev.orrery.scheduler.model.job.upcoming;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The number of fires of an app per hour. */
@Schema(
    name = "FireCounts",
    description = "The fires of the next 24 hours of an app, counted by hour.",
    examples =
        """
        {"items":[{"at":"2027-03-28T01:00:00Z","fires":61,"jobs":2,
          "first":[{"job":"nightly","at":"2027-03-28T01:30:00Z","fires":1},
                   {"job":"poll","at":"2027-03-28T01:00:00Z","fires":60,"more":true}],"more":true}],
         "until":"2027-03-28T02:00:00Z","more":true}""")
@RegisterForReflection
public record FireCountsView(
    @Schema(description = "The hours in their order, without a gap.") List<HourView> items,
    @Schema(description = "The end of the last hour that is counted.") Instant until,
    @Schema(
            description =
                "True if there are fires in the 24 hours that are not counted: of a job that fires"
                    + " often, or of an app with more triggers than one call reads.")
        boolean more) {

  /** An hour. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "FireHour", description = "The fires of an hour.")
  @RegisterForReflection
  public record HourView(
      @Schema(description = "The begin of the hour.") Instant at,
      @Schema(description = "The number of fires.") int fires,
      @Schema(description = "The number of jobs that fire.") int jobs,
      @Schema(
              description =
                  "The jobs that fire least often, by their fires, then by time and name.")
          List<JobFiresView> first,
      @Schema(
              description = "True if the hour has fires that are not counted; otherwise absent.",
              nullable = true)
          Boolean more) {}

  /** The fires of a job in an hour. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "JobFires", description = "The fires of a job in an hour.")
  @RegisterForReflection
  public record JobFiresView(
      @Schema(description = "Name of the job.") String job,
      @Schema(description = "The first fire time in the hour.") Instant at,
      @Schema(description = "The number of fires.") int fires,
      @Schema(
              description = "True if the job fires more often in the hour; otherwise absent.",
              nullable = true)
          Boolean more) {}

  static FireCountsView of(FireCounts counts) {
    return new FireCountsView(
        counts.hours().stream().map(FireCountsView::hour).toList(), counts.until(), counts.more());
  }

  private static HourView hour(FireCounts.Hour hour) {
    return new HourView(
        hour.at(),
        hour.fires(),
        hour.jobs(),
        hour.first().stream()
            .map(job -> new JobFiresView(job.job(), job.at(), job.fires(), flag(job.more())))
            .toList(),
        flag(hour.more()));
  }

  private static Boolean flag(boolean value) {
    return value ? true : null;
  }
}
