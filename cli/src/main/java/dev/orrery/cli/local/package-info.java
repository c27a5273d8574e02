/**
 * A scheduler and an agent as local processes. {@link dev.orrery.cli.local.LocalStack} starts and
 * stops them, {@link dev.orrery.cli.local.StackStop} stops the processes of another command, {@link
 * dev.orrery.cli.local.ChildProcess} is a single process, and {@link
 * dev.orrery.cli.local.InstallLayout} knows the paths of their files.
 *
 * <p>The commands {@code up}, {@code demo} and {@code archive} use this package and print its
 * steps.
 */
package dev.orrery.cli.local;
