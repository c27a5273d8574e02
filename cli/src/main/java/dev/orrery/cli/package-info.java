/**
 * The program behind {@code ./orrery}. {@link dev.orrery.cli.Main} registers the commands, {@link
 * dev.orrery.cli.ExitCode} defines the exit codes, and a {@link dev.orrery.cli.UserException} is
 * printed as its message without a stack trace.
 *
 * <p>A command is in the package of its resource; all REST calls go through {@code client}.
 */
package dev.orrery.cli;
