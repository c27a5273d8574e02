package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.model.job.document.FireRule;

/**
 * A job whose trigger is due, in its current version.
 *
 * @param app the name of its app
 * @param version counts its edits, from 1
 */
record FiringJob(
    long jobId,
    String app,
    String name,
    long versionId,
    int version,
    int laneId,
    int priority,
    FireRule rule) {}
