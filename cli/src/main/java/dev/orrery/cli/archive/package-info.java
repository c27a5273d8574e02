/**
 * The command {@code archive}, which creates the class archives that shorten starts. {@link
 * dev.orrery.cli.archive.ArchiveTraining} runs a scheduler and an agent once and records the
 * classes that they load.
 *
 * <p>Starting programs with an archive belongs to {@code local}.
 */
package dev.orrery.cli.archive;
