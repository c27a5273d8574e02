package dev.orrery.scheduler.instance;

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
  /** Another instance of its job was active at the fire. */
  OVERLAP,
  /** The queue of its job was full. */
  QUEUE_FULL,
  /** A newer fire of its job replaced it. */
  REPLACED,
  /** The backfill that it belongs to was canceled. */
  BACKFILL_CANCELED,
  /** No scheduler handled its fire time in time, and it is not caught up. */
  MISSED;

  /**
   * Returns the reason that was stored with a request to stop. One that this release does not know
   * counts as {@link #CANCELED}, and so does none, which earlier releases store.
   */
  public static EndReason ofCancel(String stored) {
    return Arrays.stream(values())
        .filter(reason -> reason.name().equals(stored))
        .findFirst()
        .orElse(CANCELED);
  }
}
