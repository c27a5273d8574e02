package dev.orrery.scheduler.model.instance;

import java.time.Instant;

/**
 * An instance that failed, without its parameters and its result.
 *
 * @param error the beginning of the first non-blank line of its error; null if there is none
 */
record FailedInstance(
    long id, long jobId, InstanceState state, Instant endedAt, String error, String endReason) {}
