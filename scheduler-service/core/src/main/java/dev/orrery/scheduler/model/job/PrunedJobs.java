package dev.orrery.scheduler.model.job;

import java.util.List;

/**
 * The jobs of an owner that a file does not name.
 *
 * @param ids of all jobs, sorted by name
 * @param firstNames names of the first jobs, up to the bound of the call
 */
public record PrunedJobs(List<Long> ids, List<String> firstNames) {
  public static final PrunedJobs NONE = new PrunedJobs(List.of(), List.of());
}
