/**
 * Statistics over the last ends of jobs, for lists that show many jobs at once. {@link
 * dev.orrery.scheduler.extras.statistics.job.JobStatisticsService} reads the ends of up to a
 * hundred jobs, and {@link dev.orrery.scheduler.extras.statistics.job.EndStatistics} is the rule
 * that computes the figures.
 *
 * <p>Messages about failing jobs belong to {@code notification}, which has its own rule for the
 * health of a job.
 */
package dev.orrery.scheduler.extras.statistics.job;
