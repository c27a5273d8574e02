/**
 * The processors {@code noop} and {@code shell}. {@link dev.orrery.agent.processor.ShellProcessor}
 * runs a program in a process group and a directory of its own, streams its output to the log, and
 * stops the whole group. {@link dev.orrery.agent.processor.FileView} decides what the program sees
 * and may change.
 *
 * <p>Each processor implements the SDK's interface and knows nothing of sessions or polls. Which
 * processors an agent offers is decided in {@code startup}.
 */
package dev.orrery.agent.processor;
