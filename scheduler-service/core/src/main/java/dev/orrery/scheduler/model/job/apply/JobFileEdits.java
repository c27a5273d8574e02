package dev.orrery.scheduler.model.job.apply;

import dev.orrery.scheduler.model.job.PrunedJobs;
import java.util.List;

/**
 * The edits of a file.
 *
 * @param named edits of the jobs of the file, in its order
 * @param pruned jobs to delete
 */
record JobFileEdits(List<JobEdit> named, PrunedJobs pruned) {
  int created() {
    return (int) named.stream().filter(edit -> edit.before().isEmpty()).count();
  }
}
