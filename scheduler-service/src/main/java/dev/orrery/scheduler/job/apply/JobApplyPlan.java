package dev.orrery.scheduler.job.apply;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.scheduler.job.Job;
import dev.orrery.scheduler.rest.DocumentChange;
import dev.orrery.scheduler.rest.DocumentChange.Difference;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The plan of an apply: the change of each job.
 *
 * @param jobs those of the file in its order, then those to delete by name
 */
@Schema(
    name = "JobApplyPlan",
    examples =
        """
        {"jobs":[{"name":"nightly","change":"update",
          "differences":[{"field":"priority","from":5,"to":7}],"version":3,"etag":"\\"17-3\\""}]}""")
@RegisterForReflection
public record JobApplyPlan(List<PlannedJob> jobs) {

  /**
   * The change of one job.
   *
   * @param differences leaf by leaf, sorted by field; empty unless {@code change} is {@code update}
   * @param version of the job after the call; absent if there is no such job then
   * @param etag as {@code version}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @RegisterForReflection
  public record PlannedJob(
      String name,
      DocumentChange.Kind change,
      List<Difference> differences,
      Integer version,
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
