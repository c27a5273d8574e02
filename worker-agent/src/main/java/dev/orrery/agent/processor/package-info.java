/**
 * The processors {@code noop} and {@code shell}. {@link dev.orrery.agent.processor.ShellProcessor}
 * runs a program in its own process group and directory, streams its output to the log, and stops
 * the whole group. {@link dev.orrery.agent.processor.FileView} decides which files the program sees
 * and may change.
 *
 * <p>Each processor implements the SDK's interface and knows nothing of sessions or polls. The
 * package {@code startup} decides which processors an agent offers.
 */
package dev.orrery.agent.processor;
