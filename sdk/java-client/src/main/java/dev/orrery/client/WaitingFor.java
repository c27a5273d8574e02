package dev.orrery.client;

/** The reason why an instance waits. */
public enum WaitingFor {
  DUE_TIME,
  BACKOFF,
  PAUSED,
  APP_PAUSED,
  OVERLAP,
  CONCURRENCY,
  PARENT_LIMIT,
  NO_WORKER,
  NO_MATCHING_WORKER,
  CAPACITY,
  DISPATCH,
  /** A reason of a newer release. */
  UNKNOWN
}
