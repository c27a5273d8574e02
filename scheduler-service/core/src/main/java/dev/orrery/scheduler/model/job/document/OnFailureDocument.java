package dev.orrery.scheduler.model.job.document;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What the scheduler does if a job fails.
 *
 * @param pauseAfter consecutive failures or time-outs after which the job is paused, at least 1;
 *     canceled and skipped instances do not count
 */
@RegisterForReflection
public record OnFailureDocument(int pauseAfter) {}
