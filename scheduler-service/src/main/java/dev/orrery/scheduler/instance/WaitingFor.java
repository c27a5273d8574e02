package dev.orrery.scheduler.instance;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The reason why a waiting instance does not run. */
@Schema(
    description =
        "Why an instance waits. PAUSED: its job is paused; APP_PAUSED: its app is, and its job can be, too.")
public enum WaitingFor {
  DUE_TIME,
  BACKOFF,
  /** Its job is paused, and its app is not. */
  PAUSED,
  /** Its app is paused; its job can be, too. */
  APP_PAUSED,
  /** It is queued behind earlier instances of its job. */
  OVERLAP,
  /** The concurrency limit of its job is reached. */
  CONCURRENCY,
  /** No worker of the app is connected. */
  NO_WORKER,
  /** Workers are connected, but none has the processor and the tags. */
  NO_MATCHING_WORKER,
  /** The matching workers are full. */
  CAPACITY,
  /** A matching worker has room; the scheduler hands the instance to it next. */
  DISPATCH;

  /** Returns true if the workers decide, so all ready instances of a lane have the same reason. */
  boolean isOfLane() {
    return switch (this) {
      case NO_WORKER, NO_MATCHING_WORKER, CAPACITY, DISPATCH -> true;
      case DUE_TIME, BACKOFF, PAUSED, APP_PAUSED, OVERLAP, CONCURRENCY -> false;
    };
  }

  /**
   * @param tried whether the instance has had an attempt
   * @param pause {@link #PAUSED} or {@link #APP_PAUSED}; null if neither its job nor its app is
   *     paused
   * @param ready the reason of the ready instances in its lane
   * @return null for a state that is not WAITING
   */
  public static WaitingFor of(
      InstanceState state,
      boolean tried,
      boolean waitsForPredecessors,
      WaitingFor pause,
      WaitingFor ready) {
    return switch (state) {
      case SCHEDULED -> tried ? BACKOFF : DUE_TIME;
      case BLOCKED -> {
        if (pause != null) {
          yield pause;
        }
        yield waitsForPredecessors ? OVERLAP : CONCURRENCY;
      }
      case READY -> ready;
      case RUNNING, SUCCEEDED, FAILED, TIMED_OUT, CANCELED, SKIPPED -> null;
    };
  }
}
