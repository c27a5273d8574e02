/**
 * Start and stop of the agent. {@link dev.orrery.agent.startup.Main} reports a failed start, {@link
 * dev.orrery.agent.startup.WorkerConfigCheck} checks the settings, {@link
 * dev.orrery.agent.startup.ProcessorRegistry} builds the processors, and {@link
 * dev.orrery.agent.startup.AgentLifecycle} starts and stops the worker of the SDK.
 *
 * <p>Everything about polls, leases and reports belongs to the SDK.
 */
package dev.orrery.agent.startup;
