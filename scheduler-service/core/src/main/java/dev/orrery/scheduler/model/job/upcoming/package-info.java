/**
 * Future fire times of one trigger, or of all jobs of an app. {@link
 * dev.orrery.scheduler.model.job.upcoming.PreviewService} previews a trigger that may not be stored
 * yet, and {@link dev.orrery.scheduler.model.job.upcoming.UpcomingFireService} lists the fires of
 * all jobs of an app.
 */
package dev.orrery.scheduler.model.job.upcoming;
