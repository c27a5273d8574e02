package dev.orrery.worker.annotation;

/** Decides which of the fires that no scheduler handled in time are caught up. */
public enum Misfire {
  SKIP,
  /** The latest. */
  FIRE_ONCE,
  /** The latest 100. */
  FIRE_ALL
}
