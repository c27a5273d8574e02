package dev.orrery.scheduler.job.apply;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.scheduler.job.Job;
import dev.orrery.scheduler.rest.DocumentChange;
import dev.orrery.scheduler.rest.DocumentChange.Difference;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The plan of an apply: the change of each job. */
@Schema(
    name = "JobApplyPlan",
    description = "What a file of jobs changes, or has changed.",
    examples =
        """
        {"jobs":[{"name":"nightly","change":"update",
          "differences":[{"field":"priority","from":5,"to":7}],"version":3,"etag":"\\"17-3\\""}]}""")
@RegisterForReflection
public record JobApplyPlan(
    @Schema(
            description =
                "The jobs of the file in its order, then those that are deleted, by name.")
        List<PlannedJob> jobs) {

  /** The change of one job. */
  @Schema(name = "PlannedJob", description = "The change of one job.")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @RegisterForReflection
  public record PlannedJob(
      @Schema(description = "Name of the job.") String name,
      @Schema(description = "What happens to the job.") DocumentChange.Kind change,
      @Schema(description = "Leaf by leaf, sorted by field; empty unless the job is updated.")
          List<Difference> differences,
      @Schema(
              description = "The version after the call; absent if there is no such job then.",
              nullable = true,
              minimum = "1")
          Integer version,
      @Schema(description = "The ETag after the call, as the version.", nullable = true)
          String etag) {

    /**
     * @param after the job after the call
     */
    static PlannedJob of(String name, DocumentChange change, Optional<Job> after) {
      return new PlannedJob(
          name,
          change.change(),
          change.differences(),
          after.map(Job::version).orElse(null),
          after.map(Job::etag).orElse(null));
    }
  }
}
