package dev.orrery.scheduler.model.instance;

import java.util.Arrays;

/** The reason for the end of an instance, if its state alone does not show it. */
public enum EndReason {
  /** A person canceled it. */
  CANCELED,
  /** Its job was disabled before it started. */
  JOB_DISABLED,
  /** Its job was deleted before it started. */
  JOB_DELETED,
  /** More of its attempts were lost with their workers than the job allows. */
  WORKER_LOST,
  /** Its worker reported that a retry would fail, too. */
  NON_RETRYABLE,
  /** Another instance of its job was active at the fire. */
  OVERLAP,
  /** The queue of its job was full. */
  QUEUE_FULL,
  /** A newer fire of its job replaced it. */
  REPLACED,
  /** The backfill that it belongs to was canceled. */
  BACKFILL_CANCELED,
  /** More of its parts failed than its job tolerates; for a part: than that of its parent does. */
  PARTS_FAILED,
  /** A node of it failed. */
  NODES_FAILED,
  /** The time-out of the flow of which it is a node passed. */
  FLOW_TIMED_OUT,
  /** The flow of which it is a node had ended, and its own time to go on passed. */
  NODE_TIMED_OUT,
  /** No replica handled its fire time in time, and it is not caught up. */
  MISSED;

  /**
   * Returns the stored reason of a request to stop. Unknown and missing reasons count as {@link
   * #CANCELED}; earlier releases stored none.
   */
  public static EndReason ofCancel(String stored) {
    return Arrays.stream(values())
        .filter(reason -> reason.name().equals(stored))
        .findFirst()
        .orElse(CANCELED);
  }
}
