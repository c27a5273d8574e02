package dev.orrery.scheduler.model.instance;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The reason why an instance waits. */
@Schema(
    description =
        "Why an instance waits. PAUSED: its job is paused; APP_PAUSED: its app is, and its job can be, too.")
public enum WaitingFor {
  DUE_TIME,
  BACKOFF,
  /** Its job is paused, and its app is not. */
  PAUSED,
  /** Its app is paused, and possibly its job. */
  APP_PAUSED,
  /** It is queued behind earlier instances of its job. */
  OVERLAP,
  /** The concurrency limit of its job is reached. */
  CONCURRENCY,
  /** It has parts or nodes, and as many instances of its app wait for theirs as may at once. */
  PARENT_LIMIT,
  /** No worker of the app is connected. */
  NO_WORKER,
  /** Workers are connected, but none has the required processor and tags. */
  NO_MATCHING_WORKER,
  /** The matching workers are full. */
  CAPACITY,
  /** A matching worker has room; the scheduler will assign the instance next. */
  DISPATCH;

  /** Returns true if the reason applies to all ready instances of a lane. */
  boolean isOfLane() {
    return switch (this) {
      case PARENT_LIMIT, NO_WORKER, NO_MATCHING_WORKER, CAPACITY, DISPATCH -> true;
      case DUE_TIME, BACKOFF, PAUSED, APP_PAUSED, OVERLAP, CONCURRENCY -> false;
    };
  }

  /**
   * Returns the reason; null for a state that is not WAITING.
   *
   * @param tried whether the instance has had an attempt
   * @param pause {@link #PAUSED} or {@link #APP_PAUSED}; null if neither its job nor its app is
   *     paused
   * @param ready the reason for the ready instances of its lane
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
      case RUNNING, AWAITING, SUCCEEDED, FAILED, TIMED_OUT, CANCELED, SKIPPED -> null;
    };
  }
}
