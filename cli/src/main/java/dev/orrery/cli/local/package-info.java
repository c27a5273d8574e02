/**
 * A scheduler and an agent as processes of this machine. {@link dev.orrery.cli.local.LocalStack}
 * starts and stops them, {@link dev.orrery.cli.local.StackStop} stops those of another process,
 * {@link dev.orrery.cli.local.ChildProcess} is one of them, and {@link
 * dev.orrery.cli.local.InstallLayout} knows where their files are.
 *
 * <p>The commands {@code up}, {@code demo} and {@code archive} use it, and print what it does.
 */
package dev.orrery.cli.local;
