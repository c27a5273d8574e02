/**
 * The command {@code apply}. {@link dev.orrery.cli.apply.JobsFile} reads the file, and {@link
 * dev.orrery.cli.apply.JobsFileApplier} has the scheduler apply it, each app in one call.
 *
 * <p>Rules about job documents and the plan belong to the scheduler.
 */
package dev.orrery.cli.apply;
