package dev.orrery.scheduler.instance;

/** The reason for the end of an instance, if its state alone does not show it. */
public enum EndReason {
  /** A person canceled it. */
  CANCELED,
  /** Its job was disabled before it started. */
  JOB_DISABLED,
  /** Its job was deleted before it started. */
  JOB_DELETED,
  /** Its last attempts were lost with their workers more often than the job allows. */
  WORKER_LOST,
  /** Another instance of the job was active when it was to fire. */
  OVERLAP,
  /** As many fires of its job were waiting for their turn as may. */
  QUEUE_FULL,
  /** A newer fire of its job replaced it. */
  REPLACED,
  /** The backfill that it belongs to was canceled. */
  BACKFILL_CANCELED,
  /** Its fire time passed while no scheduler was running, and is not caught up. */
  MISSED
}
