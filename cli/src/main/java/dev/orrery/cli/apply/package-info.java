/**
 * The command {@code apply}. {@link dev.orrery.cli.apply.JobsFile} reads a file, and {@link
 * dev.orrery.cli.apply.JobsFileApplier} applies it through the scheduler, with one call per app.
 *
 * <p>Rules about job documents and the plan belong to the scheduler.
 */
package dev.orrery.cli.apply;
