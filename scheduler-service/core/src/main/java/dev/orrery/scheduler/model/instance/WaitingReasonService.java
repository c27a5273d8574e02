package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.model.job.JobVersion;
import dev.orrery.scheduler.model.job.JobVersionCache;
import dev.orrery.scheduler.model.job.JobVersionCache.Budget;
import dev.orrery.scheduler.model.job.JobVersionKey;
import dev.orrery.scheduler.model.job.ParentLane;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds why instances wait. */
@ApplicationScoped
public class WaitingReasonService {
  private final InstanceStore instances;
  private final WaitingReasonStore store;
  private final JobVersionCache versions;

  WaitingReasonService(
      InstanceStore instances, WaitingReasonStore store, JobVersionCache versions) {
    this.instances = instances;
    this.store = store;
    this.versions = versions;
  }

  /**
   * Returns why instances wait, by id; those that do not wait are absent, and those whose job
   * versions would exceed the memory bound.
   */
  public Map<Long, WaitingFor> waitingFor(Collection<Long> ids) {
    List<InstanceRow> all = instances.waiting(ids);
    Map<JobVersionKey, JobVersion> known =
        versions.load(all.stream().map(InstanceRow::version).toList(), Budget.PAGE);
    List<InstanceRow> rows = all.stream().filter(row -> known.containsKey(row.version())).toList();
    Reasons reasons = of(rows, known);
    return rows.stream()
        .collect(
            Collectors.toMap(InstanceRow::id, row -> reasons.of(row, known.get(row.version()))));
  }

  /** Returns the reasons of these rows to wait; a statement is left out if no row asks for it. */
  Reasons of(List<InstanceRow> rows, Map<JobVersionKey, JobVersion> known) {
    Set<Integer> fullLanes =
        store.fullLanes(
            rows.stream()
                .filter(row -> row.state() == InstanceState.READY)
                .filter(row -> hasParts(row, known.get(row.version())))
                .map(InstanceRow::laneId)
                .collect(Collectors.toSet()));
    Map<Integer, WaitingFor> byLane =
        store.readyButWaiting(
            rows.stream()
                .filter(row -> row.state() == InstanceState.READY)
                .map(row -> waitingLane(row, known.get(row.version()), fullLanes))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
    Map<Integer, MissingView> missing =
        store.missing(
            byLane.entrySet().stream()
                .filter(lane -> lane.getValue() == WaitingFor.NO_MATCHING_WORKER)
                .map(Map.Entry::getKey)
                .toList());
    Map<Long, WaitingFor> pauses =
        store.pauses(
            rows.stream()
                .filter(row -> row.state() == InstanceState.BLOCKED)
                .map(row -> known.get(row.version()).jobId())
                .collect(Collectors.toSet()));
    return new Reasons(fullLanes, byLane, missing, pauses);
  }

  /** The reasons to wait that depend on the lane or the job. */
  record Reasons(
      Set<Integer> fullLanes,
      Map<Integer, WaitingFor> byLane,
      Map<Integer, MissingView> missing,
      Map<Long, WaitingFor> pauses) {
    WaitingFor of(InstanceRow row, JobVersion version) {
      return WaitingFor.of(
          row.state(),
          row.attempt() > 0,
          row.waitsForPredecessors(),
          pauses.get(version.jobId()),
          ofLane(byLane, row, version));
    }

    MissingView missingOf(InstanceRow row, JobVersion version) {
      return ofLane(missing, row, version);
    }

    private <V> V ofLane(Map<Integer, V> values, InstanceRow row, JobVersion version) {
      return row.state() == InstanceState.READY
          ? values.get(waitingLane(row, version, fullLanes))
          : null;
    }
  }

  /** Returns the lane for which a ready instance waits, as {@link ParentLane#waitingLane}. */
  private static Integer waitingLane(InstanceRow row, JobVersion version, Set<Integer> fullLanes) {
    return hasParts(row, version) && !fullLanes.contains(row.laneId())
        ? version.partLaneId()
        : row.laneId();
  }

  static boolean hasParts(InstanceRow row, JobVersion version) {
    return row.part() == null && version.partLaneId() != null;
  }
}
