package dev.orrery.scheduler.instance;

/** Why an instance that waits does not run. */
public enum WaitingFor {
  DUE_TIME,
  BACKOFF,
  /** No worker of the app is connected. */
  NO_WORKER,
  /** Workers are connected, but none has the processor and the tags. */
  NO_MATCHING_WORKER,
  /** The matching workers are full. */
  CAPACITY
}
