package dev.orrery.scheduler.engine.fire;

/**
 * The count of the active instances of a job, as {@link OverlapRule} needs it.
 *
 * @param any whether there is an instance, of any origin
 * @param queued the instances that wait for their predecessors, counted up to {@link
 *     OverlapRule#MAX_QUEUED}
 */
record ActiveInstanceCount(boolean any, int queued) {
  static final ActiveInstanceCount NONE = new ActiveInstanceCount(false, 0);
}
