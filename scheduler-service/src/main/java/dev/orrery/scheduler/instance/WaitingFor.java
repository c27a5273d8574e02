package dev.orrery.scheduler.instance;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The reason why a waiting instance does not run. */
@Schema(description = "Why an instance waits.")
public enum WaitingFor {
  DUE_TIME,
  BACKOFF,
  /** Its job or its app is paused. */
  PAUSED,
  /** It is queued behind what came before it. */
  OVERLAP,
  /** As many instances of its job are ready or running as may. */
  CONCURRENCY,
  /** No worker of the app is connected. */
  NO_WORKER,
  /** Workers are connected, but none has the processor and the tags. */
  NO_MATCHING_WORKER,
  /** The matching workers are full. */
  CAPACITY,
  /** A matching worker has room; the scheduler hands the instance to it next. */
  DISPATCH;

  /**
   * @param tried whether it has had an attempt
   * @param paused whether its job or its app is paused
   * @param ready the reason of what is ready in its lane
   * @return null for a state that is not WAITING
   */
  static WaitingFor of(
      InstanceState state,
      boolean tried,
      boolean waitsForPredecessors,
      boolean paused,
      WaitingFor ready) {
    return switch (state) {
      case SCHEDULED -> tried ? BACKOFF : DUE_TIME;
      case BLOCKED -> {
        if (paused) {
          yield PAUSED;
        }
        yield waitsForPredecessors ? OVERLAP : CONCURRENCY;
      }
      case READY -> ready;
      case RUNNING, SUCCEEDED, FAILED, TIMED_OUT, CANCELED, SKIPPED -> null;
    };
  }
}
