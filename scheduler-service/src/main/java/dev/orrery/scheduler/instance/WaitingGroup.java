package dev.orrery.scheduler.instance;

import java.time.Instant;

/**
 * Waiting instances of an app that wait for the same, as far as their rows say.
 *
 * @param lane of what is ready; 0 for other states
 * @param count of those that were read, or of all by an estimate
 * @param oldest id of the one that has waited longest
 * @param job name of its job
 */
record WaitingGroup(
    Kind kind, int lane, long count, boolean estimated, long oldest, String job, Instant since) {

  /** The columns from which the reason follows. */
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
