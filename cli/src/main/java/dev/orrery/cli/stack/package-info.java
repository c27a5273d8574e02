/**
 * The record of a running local stack. {@link dev.orrery.cli.stack.RunningStack} is the file that
 * {@code up} and {@code demo} write, and that other commands read to find the stack.
 *
 * <p>Starting and stopping processes belongs to {@code local}.
 */
package dev.orrery.cli.stack;
