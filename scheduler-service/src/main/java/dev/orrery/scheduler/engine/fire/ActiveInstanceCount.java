package dev.orrery.scheduler.engine.fire;

/**
 * The instances of a job that have not ended.
 *
 * @param any whether there is an instance, of any origin
 * @param queued the instances that wait for their predecessors, counted up to {@link
 *     OverlapRule#MAX_QUEUED}
 */
record ActiveInstanceCount(boolean any, int queued) {
  static final ActiveInstanceCount NONE = new ActiveInstanceCount(false, 0);
}
