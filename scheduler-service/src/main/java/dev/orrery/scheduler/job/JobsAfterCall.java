package dev.orrery.scheduler.job;

import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.job.document.JobDocument;
import dev.orrery.scheduler.problem.ProblemException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The jobs of an app as they will be after a call that writes and deletes some of them. Refuses
 * flows that could not run then.
 */
final class JobsAfterCall {
  private final JobStore store;
  private final int appId;
  private final Set<String> written;
  private final Set<Long> deleted;

  JobsAfterCall(
      JobStore store, int appId, Collection<JobDocument> written, Collection<Long> deleted) {
    this.store = store;
    this.appId = appId;
    this.written = written.stream().map(JobDocument::name).collect(Collectors.toSet());
    this.deleted = Set.copyOf(deleted);
  }

  /**
   * Requires the jobs of the nodes of a flow. A later call may delete one of them; its node then
   * fails.
   */
  void requireJobsOfNodes(JobDocument document) {
    List<String> jobs = jobsOfNodes(document);
    Set<String> outside = new HashSet<>(jobs);
    outside.removeAll(written);
    Map<String, Long> existing = store.existing(appId, outside);
    for (int i = 0; i < jobs.size(); i++) {
      String job = jobs.get(i);
      if (outside.contains(job)) {
        requireJob(i, job, existing.get(job));
      }
    }
  }

  private void requireJob(int node, String job, Long id) {
    if (id == null) {
      throw refusal(
          node,
          "must be a job of the app; there is no job '"
              + job
              + "'. Create it first, or apply both in one file.");
    }
    if (deleted.contains(id)) {
      throw refusal(
          node,
          "must be a job of the app; this call would delete the job '"
              + job
              + "'. Add it to the file, or apply the file without prune.");
    }
  }

  private static List<String> jobsOfNodes(JobDocument document) {
    return document.flowIfAny().map(ProcessorSpec.Flow::nodes).orElse(List.of()).stream()
        .map(FlowNode::job)
        .toList();
  }

  private static ProblemException refusal(int node, String text) {
    String field = "processor.nodes[" + node + "].job";
    return ProblemException.invalid(field, "'" + field + "' " + text);
  }
}
