package dev.orrery.scheduler.instance;

import java.time.Instant;

/**
 * An instance that failed, without its parameters and its result.
 *
 * @param error the beginning of its first line with a text; null without one
 */
record FailedInstance(
    long id, long jobId, InstanceState state, Instant endedAt, String error, String endReason) {}
