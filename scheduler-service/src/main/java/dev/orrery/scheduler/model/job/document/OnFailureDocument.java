package dev.orrery.scheduler.model.job.document;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What the scheduler does if a job fails.
 *
 * @param pauseAfter number of ended instances that fail or time out in a row, 1 or more, after
 *     which the job is paused; canceled and skipped ones do not count
 */
@RegisterForReflection
public record OnFailureDocument(int pauseAfter) {}
