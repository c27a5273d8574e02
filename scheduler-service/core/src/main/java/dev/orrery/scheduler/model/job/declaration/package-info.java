/**
 * Jobs that applications declare. {@link
 * dev.orrery.scheduler.model.job.declaration.DeclarationService} decides which version of a
 * declaration is in force, and {@link dev.orrery.scheduler.model.job.declaration.UndeclaredJobs}
 * disables jobs that are no longer declared.
 *
 * <p>Writing the jobs belongs to {@code apply}.
 */
package dev.orrery.scheduler.model.job.declaration;
