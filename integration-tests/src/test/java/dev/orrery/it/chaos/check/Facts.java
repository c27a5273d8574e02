package dev.orrery.it.chaos.check;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The facts of a finished run: the responses to clients, the content of the database, the journals
 * of the attempts, and the faults.
 *
 * @param jobs by name, with their app
 * @param ended by id
 * @param active instances that had not ended in time, by id
 * @param earlier attempts that were not the last one of their instance
 * @param documents of instances, by id
 * @param trees instances that have, or had, parts, by id
 * @param flows instances that are flows and have started, by id
 * @param graphs the documents of flows, by the name of their job, with its app
 */
public record Facts(
    Map<String, Expected> jobs,
    ClientView clientView,
    Map<Long, Ended> ended,
    Map<Long, Active> active,
    List<EarlierAttempt> earlier,
    Map<Long, Document> documents,
    Map<Long, Tree> trees,
    Map<Long, Flow> flows,
    Map<String, Graph> graphs,
    List<Trace> traces,
    Observed observed) {

  /** The end of the job's name of a part, whose expected outcomes differ from its parent's. */
  public static final String PART = " (part)";

  /**
   * The responses that clients received.
   *
   * @param acknowledged individually created instances
   * @param askedToCancel instances with a cancel request, received or not
   * @param canceled instances with an acknowledged cancel
   * @param notFound acknowledged instances that were reported as missing
   */
  public record ClientView(
      List<Batch> batches,
      Set<Long> acknowledged,
      Set<Long> askedToCancel,
      Set<Long> canceled,
      List<Seen> seen,
      Set<Long> notFound) {}

  /**
   * A call that creates instances under one idempotency key, however often it was repeated.
   *
   * @param ids null if it was never acknowledged
   */
  public record Batch(String key, String job, int count, List<Long> ids) {}

  /** An instance as a client saw it after its end. */
  public record Seen(long id, String state, int attempt, Instant endedAt, String result) {}

  /**
   * The parts of an instance.
   *
   * @param made how many the scheduler counts
   * @param parts the rows, ended or active
   */
  public record Tree(int total, int made, int tolerated, List<Part> parts) {}

  /**
   * A row of a part.
   *
   * @param number from 0
   */
  public record Part(long id, int number) {}

  /**
   * A flow as it is stored.
   *
   * @param runs of its nodes, ended or active; without those of nodes that a retry kept
   */
  public record Flow(List<Node> nodes, List<NodeRun> runs) {}

  /**
   * A row of a node.
   *
   * @param state SCHEDULED or RUNNING until it has ended
   * @param run null if it has none
   * @param reused whether a retry kept it, and its run, from an earlier flow
   */
  public record Node(String name, String state, Long run, boolean reused) {}

  /**
   * A row of an instance that names a flow as its parent.
   *
   * @param dueAt not before its start by the flow; later if it was retried
   * @param from its parameter of this name; null if it has none
   */
  public record NodeRun(long id, Instant dueAt, String from) {}

  /**
   * A row of a history: that of instances, or that of parts.
   *
   * @param job its name; that of a part ends with {@link #PART}
   * @param batch the key of the call that created it; may be null
   * @param reported whether the report of its session ended it
   * @param retryOf null unless it is a manual retry
   */
  public record Ended(
      long id,
      String job,
      String batch,
      String state,
      String reason,
      int attempt,
      boolean reported,
      Instant fireTime,
      Long retryOf,
      int skippedCount,
      Instant endedAt,
      String result,
      String error) {

    boolean isPart() {
      return job.endsWith(PART);
    }
  }

  public record Active(long id, String job, String batch, String state, Long retryOf) {}

  /**
   * @param state as it is stored
   */
  public record EarlierAttempt(
      long id, int attempt, String state, boolean reported, String error) {}

  /**
   * A version of a job.
   *
   * @param job with its app
   * @param marker a parameter of the document that names app, job and edit
   */
  public record Document(String job, int version, String marker) {}

  /**
   * The journal of an attempt, on the machine's monotonic clock, which all processes share.
   *
   * @param endNanos null if it was cut off
   * @param ran the document that the worker received, with the worker's app
   */
  public record Trace(long id, int attempt, long startNanos, Long endNanos, Document ran) {}

  /**
   * Observations from outside.
   *
   * @param overLimit snapshots of the database with a job above its limit
   * @param outages of the database that were long enough for everyone to notice
   * @param ready times in which replicas reported that they are ready
   * @param expired when sessions expired
   * @param silent triggers that did not fire after the last fault
   * @param deaths processes that ended by themselves
   * @param complaints invariant violations that processes logged
   */
  public record Observed(
      Duration lease,
      List<String> overLimit,
      List<Outage> outages,
      List<Ready> ready,
      List<Instant> expired,
      List<String> silent,
      List<String> deaths,
      List<String> complaints) {}

  /**
   * The database was unreachable or refused writes.
   *
   * @param until it accepted no write before this time
   */
  public record Outage(Instant from, Instant until) {}

  /** A replica was ready in consecutive probe responses. */
  public record Ready(String replica, Instant from, Instant until) {}

  /** Returns true for an instance that waits for others, and that no worker runs. */
  boolean isParent(long id) {
    return trees.containsKey(id) || flows.containsKey(id);
  }

  /** Returns the ids of all runs of nodes. */
  Set<Long> runsOfNodes() {
    return flows.values().stream()
        .flatMap(flow -> flow.runs().stream())
        .map(NodeRun::id)
        .collect(Collectors.toSet());
  }

  /** Returns the result of a successful attempt of the workload, and the error of a failed one. */
  public static String mark(long id, int attempt) {
    return id + "/" + attempt;
  }
}
