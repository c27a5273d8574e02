/**
 * Future fire times: {@link dev.orrery.scheduler.job.upcoming.PreviewService} lists those of a
 * trigger that may not be stored yet, and {@link
 * dev.orrery.scheduler.job.upcoming.UpcomingFireService} those of all jobs of an app.
 */
package dev.orrery.scheduler.job.upcoming;
