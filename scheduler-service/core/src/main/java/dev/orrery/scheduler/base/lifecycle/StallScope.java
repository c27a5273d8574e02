package dev.orrery.scheduler.base.lifecycle;

/** The replicas that a stall affects: only this one, or all of them. */
public enum StallScope {
  /** Only this process is stuck: other replicas still work, so this one becomes unready. */
  OWN,
  /**
   * The database or an item causes the stall on every replica. The replica stays ready, because
   * unready replicas would also stop the rest.
   */
  SHARED
}
