/**
 * The commands for jobs: {@code jobs}, {@code get job}, {@code next}, {@code versions}, {@code
 * export}, {@code pause}, {@code resume}, {@code delete} and {@code backfill}. {@link
 * dev.orrery.cli.job.JobsCommand} lists jobs, and {@link dev.orrery.cli.job.PauseCall} pauses or
 * resumes a job or a whole app.
 *
 * <p>Writing jobs from a file belongs to {@code apply}.
 */
package dev.orrery.cli.job;
