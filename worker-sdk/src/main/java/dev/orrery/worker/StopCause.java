package dev.orrery.worker;

/** The reason why a running attempt must stop. */
public enum StopCause {
  /** A user canceled the instance, or the scheduler has ended the attempt. */
  CANCELED,
  /** The job's time-out is over. */
  TIMED_OUT,
  /** The worker stops, and its drain time-out is over: the attempt runs again elsewhere. */
  DRAINED,
  /** The attempt is no longer this worker's; it may already run elsewhere. */
  LOST
}
