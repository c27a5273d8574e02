package dev.orrery.scheduler.model.job;

/**
 * A job in a list over all apps.
 *
 * @param app the name of its app
 */
record AppJob(int appId, String app, Job job) {}
