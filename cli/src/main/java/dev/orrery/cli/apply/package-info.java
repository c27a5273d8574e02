/**
 * The command {@code apply}. {@link dev.orrery.cli.apply.JobsFile} reads the file, and {@link
 * dev.orrery.cli.apply.JobsFileApplier} checks all jobs before it writes the first one.
 *
 * <p>Rules about job documents belong to the scheduler, which checks each document itself.
 */
package dev.orrery.cli.apply;
