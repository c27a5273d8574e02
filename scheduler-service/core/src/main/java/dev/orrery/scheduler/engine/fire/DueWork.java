package dev.orrery.scheduler.engine.fire;

import java.time.Duration;
import java.util.List;

/**
 * Due work, and the time until the next due work. Times are negative or zero if something is due
 * now, and null if there is nothing.
 *
 * @param laterFire the time until the first fire that is not due yet
 * @param blocked whether any instance is blocked
 * @param parents whether any parent is ready or awaits its parts
 * @param recheck whether a recheck of a job is scheduled
 * @param newestVersion the largest id of a job version; 0 if there is none
 * @param readyLanes the queried lanes with ready instances
 * @param otherReplicas the number of other replicas that listen for hints; null if not queried
 */
public record DueWork(
    Duration nextFire,
    Duration laterFire,
    Duration nextDue,
    Duration nextDeadline,
    Duration nextLeaseEnd,
    boolean blocked,
    boolean parents,
    boolean recheck,
    long newestVersion,
    List<Integer> readyLanes,
    Integer otherReplicas) {

  /** A fire that is due, though no query has found it. */
  static final DueWork FIRE =
      new DueWork(Duration.ZERO, null, null, null, null, false, false, false, 0, List.of(), null);

  /** Returns true if the fire that is due first comes after those on time. */
  boolean isFireLate() {
    return nextFire.compareTo(FireService.LATE_AFTER.negated()) <= 0;
  }
}
