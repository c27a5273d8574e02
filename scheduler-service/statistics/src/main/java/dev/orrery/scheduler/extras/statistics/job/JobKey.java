package dev.orrery.scheduler.extras.statistics.job;

import java.time.Instant;

/**
 * The fields of a job by which lists select and sort.
 *
 * @param disabled false also if the list does not need to know
 * @param overdue false also if the list does not need to know
 * @param nextFireTime null if there is none
 */
record JobKey(
    long id,
    String name,
    boolean paused,
    boolean disabled,
    boolean overdue,
    Instant nextFireTime) {}
