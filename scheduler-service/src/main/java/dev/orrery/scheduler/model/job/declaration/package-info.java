/**
 * The jobs that applications declare, by their owners: which version is in force, and what becomes
 * of jobs that it lacks. {@link dev.orrery.scheduler.model.job.declaration.DeclarationService}
 * decides between versions, {@link dev.orrery.scheduler.model.job.declaration.UndeclaredJobs}
 * disables what is no longer declared.
 *
 * <p>Writing the jobs belongs to {@code apply}.
 */
package dev.orrery.scheduler.model.job.declaration;
