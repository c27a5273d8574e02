package dev.orrery.worker.annotation;

/** Decides what happens to a fire while an earlier run of the job is active. */
public enum Overlap {
  /** The fire is stored as SKIPPED. */
  SKIP,
  /** The fire waits; while one waits, further ones are SKIPPED. */
  QUEUE_ONE,
  /** The fire waits; at most 1,000 wait. */
  QUEUE_ALL,
  /** The fire starts. */
  ALLOW,
  /** The fire cancels the active runs and starts when they have ended. */
  CANCEL_RUNNING
}
