package dev.orrery.scheduler.model.job;

import dev.orrery.scheduler.model.job.document.FireRule;

/** The part of a job that decides when it fires after a pause. */
record ResumedJob(long id, String name, int priority, boolean enabled, FireRule rule) {}
