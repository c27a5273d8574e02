package dev.orrery.worker.annotation;

/** Which fires are caught up that no scheduler handled in time. */
public enum Misfire {
  SKIP,
  /** The latest. */
  FIRE_ONCE,
  /** The latest 100. */
  FIRE_ALL
}
