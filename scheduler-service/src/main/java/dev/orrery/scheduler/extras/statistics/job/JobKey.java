package dev.orrery.scheduler.extras.statistics.job;

import java.time.Instant;

/**
 * A job as far as lists select and sort by it.
 *
 * @param disabled false also if the list does not need to know
 * @param nextFireTime null if there is none
 */
record JobKey(long id, String name, boolean paused, boolean disabled, Instant nextFireTime) {}
