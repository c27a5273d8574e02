package dev.orrery.scheduler.model.job.declaration;

import java.time.Instant;

/**
 * A job that its owner has declared before, and that a declaration lacks.
 *
 * @param since when a declaration first lacked it
 * @param isOff whether the process that declares has its code, so that it is disabled at once;
 *     otherwise it may be a job of another process, and goes on for the grace
 */
public record LackedJob(long id, String name, Instant since, boolean isOff) {}
