package dev.orrery.scheduler.model.job;

import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.model.job.document.FlowReader;
import dev.orrery.scheduler.model.job.document.JobDocument;
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
  /** The maximum number of stored flows that a call follows from the flows that it writes. */
  static final int MAX_FLOWS = 1_000;

  /**
   * The maximum number of nodes that a call visits in all its checks of flows: a file of large
   * flows that name each other takes the square of its size.
   */
  static final int MAX_VISITED = 10_000_000;

  private final JobStore store;
  private final int appId;
  private final Set<Long> deleted;

  /** The jobs of the nodes of each written job; none for one that is not a flow. */
  private final Map<String, List<String>> written;

  /** The jobs of the nodes of each other flow that the written ones run; null until needed. */
  private Map<String, List<String>> otherFlows;

  /** The ids of the other jobs that the nodes name; null until needed. */
  private Map<String, Long> otherJobs;

  private int visited;

  JobsAfterCall(
      JobStore store, int appId, Collection<JobDocument> written, Collection<Long> deleted) {
    this.store = store;
    this.appId = appId;
    this.written =
        written.stream().collect(Collectors.toMap(JobDocument::name, JobsAfterCall::jobsOfNodes));
    this.deleted = Set.copyOf(deleted);
  }

  /**
   * Requires the jobs of the nodes of a flow. A later call may delete one of them; its node then
   * fails.
   */
  void requireJobsOfNodes(JobDocument document) {
    List<String> jobs = jobsOfNodes(document);
    for (int i = 0; i < jobs.size(); i++) {
      String job = jobs.get(i);
      if (!written.containsKey(job)) {
        requireJob(i, job, otherJobs().get(job));
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

  /**
   * Refuses a flow that would run itself, too many nodes, or flows nested too deeply, through other
   * flows.
   */
  void requireSoundFlow(JobDocument document) {
    if (document.flowIfAny().isEmpty()) {
      return;
    }
    if (otherFlows().size() > MAX_FLOWS) {
      throw ProblemException.invalid(
          "processor.nodes",
          "'processor.nodes' must lead to at most " + MAX_FLOWS + " other flows.");
    }
    List<String> cycle = FlowNestingRule.cycle(document.name(), this::jobsOf);
    if (!cycle.isEmpty()) {
      throw refusal(
          jobsOfNodes(document).indexOf(cycle.get(1)),
          "must not run this flow again: " + String.join(" -> ", cycle) + ".");
    }
    long nodes = FlowNestingRule.nodes(document.name(), this::jobsOf, FlowReader.MAX_DEPTH);
    if (nodes > FlowReader.MAX_ALL_NODES) {
      throw ProblemException.invalid(
          "processor.nodes",
          "'processor.nodes' must have at most "
              + FlowReader.MAX_ALL_NODES
              + " nodes together with those of the flows in it; these are "
              + nodes
              + ".");
    }
    List<String> tooDeep =
        FlowNestingRule.tooDeep(document.name(), this::jobsOf, FlowReader.MAX_DEPTH);
    if (!tooDeep.isEmpty()) {
      throw refusal(
          jobsOfNodes(document).indexOf(tooDeep.get(1)),
          "must lead to flows nested at most "
              + FlowReader.MAX_DEPTH
              + " deep: "
              + String.join(" -> ", tooDeep)
              + ".");
    }
  }

  private List<String> jobsOf(String job) {
    List<String> jobs = written.get(job);
    if (jobs == null) {
      jobs = otherFlows().getOrDefault(job, List.of());
    }
    visited += 1 + jobs.size();
    if (visited > MAX_VISITED) {
      throw ProblemException.invalid(
          "processor.nodes",
          "'processor.nodes' must lead to fewer flows: those of this call name each other too"
              + " often. Write fewer flows in one call.");
    }
    return jobs;
  }

  private Map<String, List<String>> otherFlows() {
    if (otherFlows == null) {
      otherFlows = store.flowsFrom(appId, others(), written.keySet(), deleted, MAX_FLOWS + 1);
    }
    return otherFlows;
  }

  private Map<String, Long> otherJobs() {
    if (otherJobs == null) {
      otherJobs = store.existing(appId, others());
    }
    return otherJobs;
  }

  /** Returns the jobs that the nodes name, but the call does not write. */
  private Set<String> others() {
    Set<String> others = new HashSet<>();
    written.values().forEach(others::addAll);
    others.removeAll(written.keySet());
    return others;
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
