package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.flow.ParentStore.AwaitingParent;
import dev.orrery.scheduler.flow.ReconcileQueue.ReconcileRequest;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects the effects of one reconciliation in its transaction, so that the caller can publish
 * hints after the commit. Not thread-safe.
 */
final class ReconcileResult {
  private final Set<Integer> readyLanes = new HashSet<>();
  private final Set<Long> limitedJobs = new HashSet<>();
  private final Map<Long, InstanceState> endings = new LinkedHashMap<>();
  private final List<Stop> stopping = new ArrayList<>();
  private final Map<AwaitingParent, ParentEnd> ends = new LinkedHashMap<>();
  private final Map<Long, ReconcileRequest> unfinished = new LinkedHashMap<>();
  private Set<Long> outer = Set.of();
  private Duration nextFireIn;

  /**
   * @param error null unless it failed
   * @param result null if it has none
   */
  record ParentEnd(InstanceState state, String error, String result) {}

  void addReadyLanes(Collection<Integer> lanes) {
    readyLanes.addAll(lanes);
  }

  void addLimitedJob(long job) {
    limitedJobs.add(job);
  }

  void reconcileAgain(AwaitingParent parent) {
    reconcileAgain(parent, 0);
  }

  /**
   * @param room see {@link ReconcileRequest}
   */
  void reconcileAgain(AwaitingParent parent, int room) {
    unfinished.put(parent.id(), new ReconcileRequest(parent.id(), parent.appId(), room));
  }

  /**
   * Stops a parent whose parts are active.
   *
   * @param ending the state in which the parent ends after them
   * @param reason for canceling them
   */
  void stop(AwaitingParent parent, InstanceState ending, EndReason reason) {
    endings.put(parent.id(), ending);
    stopping.add(new Stop(parent.id(), parent.appId(), reason));
  }

  /** Stops a flow: cancels these runs of its nodes, and ends it after all that are active. */
  void stop(AwaitingParent flow, InstanceState ending, Map<EndReason, Set<Long>> nodes) {
    endings.put(flow.id(), ending);
    nodes.forEach(
        (reason, runs) -> {
          boolean endsNow = flow.flow().endsNow() || reason == EndReason.NODE_TIMED_OUT;
          stopping.add(new Stop(flow.id(), flow.appId(), reason, runs, endsNow));
        });
  }

  void end(AwaitingParent parent, ParentEnd end) {
    ends.put(parent, end);
  }

  /**
   * Adds the effects of the ends.
   *
   * @param flows the flows in which ended parents were nodes
   * @param nextFire the time until the next fire of a fixed delay; null if there is none
   */
  void addConsequences(Set<Long> flows, Duration nextFire) {
    outer = flows;
    nextFireIn = nextFire;
  }

  /** Returns the lanes in which new parts and nodes are ready. */
  Set<Integer> readyLanes() {
    return readyLanes;
  }

  /** Returns jobs whose blocked instances may be unblocked now. */
  Set<Long> limitedJobs() {
    return limitedJobs;
  }

  /** Returns the states in which stopped parents end. */
  Map<Long, InstanceState> endings() {
    return endings;
  }

  /** Returns the parents whose active parts or nodes must be canceled. */
  List<Stop> stopping() {
    return stopping;
  }

  Map<AwaitingParent, ParentEnd> ends() {
    return ends;
  }

  /** Returns the number of parents that ended, by state. */
  Map<InstanceState, Integer> ended() {
    Map<InstanceState, Integer> counts = new EnumMap<>(InstanceState.class);
    ends.values().forEach(end -> counts.merge(end.state(), 1, Integer::sum));
    return counts;
  }

  /** Returns the parents that need another one, because one does a bounded amount of work. */
  Collection<ReconcileRequest> unfinished() {
    return unfinished.values();
  }

  /** Returns the flows in which ended parents were nodes. */
  Set<Long> outer() {
    return outer;
  }

  /** Returns the time until the next fire of a fixed delay; null if there is none. */
  Duration nextFireIn() {
    return nextFireIn;
  }
}
