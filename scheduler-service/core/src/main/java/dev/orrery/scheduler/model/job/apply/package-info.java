/**
 * The call that applies a file of jobs to an app, all or none of them. {@link
 * dev.orrery.scheduler.model.job.apply.JobApplyReader} reads the file, {@link
 * dev.orrery.scheduler.model.job.apply.JobApplyPlanner} compares it with the stored jobs and
 * refuses conflicts, and {@link dev.orrery.scheduler.model.job.apply.JobApplyService} carries the
 * plan out.
 *
 * <p>Writing a job belongs to {@link dev.orrery.scheduler.model.job.JobWriter}, which a PUT of one
 * job also uses.
 */
package dev.orrery.scheduler.model.job.apply;
