package dev.orrery.scheduler.lifecycle;

/** The reach of a stall. */
public enum StallScope {
  /** Only this process is stuck: other replicas do better, so this one becomes unready. */
  OWN,
  /**
   * The database or an item causes it, so every replica has it. The replica stays ready, because
   * unready replicas would stop what still works.
   */
  SHARED
}
