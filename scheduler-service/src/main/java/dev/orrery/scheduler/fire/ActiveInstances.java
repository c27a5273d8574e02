package dev.orrery.scheduler.fire;

/**
 * What of a job has not ended.
 *
 * @param any whether there is an instance at all, whatever started it
 * @param queued how many wait for their turn; counted up to {@link Overlap#MOST_QUEUED}
 */
record ActiveInstances(boolean any, int queued) {
  static final ActiveInstances NONE = new ActiveInstances(false, 0);
}
