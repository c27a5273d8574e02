package dev.orrery.client;

import java.util.List;

/**
 * The changes that a file of jobs makes, or has made.
 *
 * @param jobs those of the file in its order, then the deleted ones: the first 5,000 of these
 * @param unlistedDeletions number of deleted jobs that are not among {@code jobs}
 */
public record ApplyPlan(List<JobChange> jobs, int unlistedDeletions) {
  static ApplyPlan of(Fields json) {
    return new ApplyPlan(
        json.list("jobs", JobChange::of),
        json.optionalNumber("unlistedDeletions").map(Math::toIntExact).orElse(0));
  }

  public boolean hasChanges() {
    return unlistedDeletions > 0 || jobs.stream().anyMatch(job -> job.kind() != ChangeKind.NONE);
  }
}
