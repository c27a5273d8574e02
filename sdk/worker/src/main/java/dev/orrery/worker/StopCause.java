package dev.orrery.worker;

public enum StopCause {
  /** A user canceled the instance, or the scheduler has ended the attempt. */
  CANCELED,
  /** The job's time-out is over. */
  TIMED_OUT,
  /**
   * The worker is stopping and its drain time-out is over: the attempt will run again elsewhere.
   */
  DRAINED,
  /** The attempt no longer belongs to this worker; it may already run elsewhere. */
  LOST
}
