package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.instance.WaitingFor;
import java.time.Instant;

/**
 * Waiting instances of an app with the same reason, as far as their rows show it.
 *
 * @param lane of ready instances; 0 for other states
 * @param count number of instances that were read, or an estimate of all
 * @param oldest id of the instance that has waited longest
 * @param job name of its job
 */
record WaitingGroup(
    Kind kind, int lane, long count, boolean estimated, long oldest, String job, Instant since) {

  /** The columns that determine the reason. */
  record Kind(InstanceState state, boolean tried, boolean waitsForPredecessors, WaitingFor pause) {}

  WaitingFor reason(WaitingFor ready) {
    return WaitingFor.of(
        kind.state(), kind.tried(), kind.waitsForPredecessors(), kind.pause(), ready);
  }

  /** Returns the group with the greater of two counts, as an estimate. */
  WaitingGroup atLeast(long other) {
    return new WaitingGroup(kind, lane, Math.max(count, other), true, oldest, job, since);
  }
}
