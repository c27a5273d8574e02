package dev.orrery.scheduler.extras.statistics.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.scheduler.base.json.JsonSchema;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Statistics of the last instances of a job that ended. Unknown figures are absent. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
    name = "JobStatistics",
    description = "Figures over the last ends of a job; what is not known is absent.")
@RegisterForReflection
public record JobStatisticsView(
    @Schema(description = "Name of the job.") String job,
    @Schema(description = "The ends, the newest first; canceled and skipped instances included.")
        List<EndView> ends,
    @Schema(
            description =
                "Successes among the ends that succeeded, failed or timed out; absent if there are"
                    + " none.",
            nullable = true,
            minimum = "0",
            maximum = "1")
        Double successRate,
    @Schema(
            description =
                "Median of the run times that workers measured, in milliseconds; absent if there are"
                    + " none.",
            nullable = true,
            minimum = "0")
        Long runMillisP50,
    @Schema(
            description = "The run time that 95 of 100 ends do not exceed, likewise.",
            nullable = true,
            minimum = "0")
        Long runMillisP95,
    @Schema(
            description =
                "The end of the first failure or time-out after the last success; absent unless the"
                    + " job is failing.",
            nullable = true)
        Instant failingSince,
    @Schema(
            description =
                "Error of the last failure, cut to "
                    + JobStatisticsView.MAX_ERROR
                    + " characters; absent unless the job is failing.",
            nullable = true,
            maxLength = JobStatisticsView.MAX_ERROR)
        String lastError) {

  /** The most characters of an error in a list of jobs. */
  static final int MAX_ERROR = 500;

  /** The end of one instance. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "JobEnd", description = "The end of one instance of a job.")
  @RegisterForReflection
  public record EndView(
      @Schema(description = "Id of the instance.", pattern = JsonSchema.ID_PATTERN) String id,
      @Schema(description = "The state in which it ended.") String state,
      @Schema(description = "When the scheduler accepted the end.") Instant endedAt,
      @Schema(
              description =
                  "Milliseconds that the last attempt ran; absent if no worker measured them.",
              nullable = true,
              minimum = "0")
          Long runMillis) {
    private static EndView of(JobEnd end) {
      return new EndView(
          Long.toString(end.instance()), end.state().publicName(), end.endedAt(), end.runMillis());
    }
  }

  static JobStatisticsView of(String job, EndStatistics statistics, String lastError) {
    return new JobStatisticsView(
        job,
        statistics.ends().stream().map(EndView::of).toList(),
        statistics.successRate().orElse(null),
        statistics.runMillis(50).orElse(null),
        statistics.runMillis(95).orElse(null),
        statistics.failingSince().orElse(null),
        lastError);
  }
}
