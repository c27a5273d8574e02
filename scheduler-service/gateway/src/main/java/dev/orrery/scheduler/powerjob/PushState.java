package dev.orrery.scheduler.powerjob;

import java.time.Duration;

/**
 * Whether a PowerJob worker has received a run, as far as this replica knows. This decides what it
 * means if the worker says that it does not have the run. A run that may or may not have been sent
 * is {@link #UNKNOWN}; it never counts as not sent. This is a pure rule.
 */
enum PushState {
  /** This replica sent it, and has had contact with the worker since. */
  SENT,

  /** The worker has it, by its own word. */
  CONFIRMED,

  /**
   * A former owner of the worker may have sent it; or this one did, and then lost the contact to
   * the worker. It may have run, and the worker may have been started again since.
   */
  UNKNOWN;

  /** What it means that a worker does not have a run. */
  enum Denial {
    /** The worker has done what it was told to: no report follows a stop. */
    STOPPED,
    /** The worker never started it: one with too many runs drops the next one in silence. */
    DROPPED,
    /** It may have run, in part or as a whole. */
    LOST,
    /** Nothing: the question may have overtaken the run, so the worker is asked again. */
    UNDECIDED
  }

  /** Returns the state after a failed call of the worker, or two missing heartbeats. */
  PushState onContactLost() {
    return this == SENT ? UNKNOWN : this;
  }

  /**
   * @param canceled whether the worker was told to stop the run
   * @param inOrder whether the worker read the question after the run
   * @param repeated whether {@link RepeatedDenial} shows that it did
   * @param sinceSent since the call that sent the run has ended
   */
  Denial onDenied(boolean canceled, boolean inOrder, boolean repeated, Duration sinceSent) {
    boolean isLate = sinceSent.compareTo(PowerJobLimits.UNDECIDED_TIME) >= 0;
    if (this != CONFIRMED && !inOrder && !repeated && !isLate) {
      return Denial.UNDECIDED;
    }
    if (canceled) {
      return Denial.STOPPED;
    }
    boolean isDroppedInTime =
        inOrder ? sinceSent.compareTo(PowerJobLimits.DROPPED_WITHIN) < 0 : !isLate;
    return this == SENT && isDroppedInTime ? Denial.DROPPED : Denial.LOST;
  }

  /** Returns why a run is lost that the worker does not have. */
  String lossReason() {
    return this == CONFIRMED
        ? "The worker does not know this run any more, and has not reported its end: it was started"
            + " again, or could not report for too long."
        : "The worker does not know this run, and nothing shows whether it ran: since it may have"
            + " been sent, the scheduler was started again or had no contact with the worker.";
  }
}
