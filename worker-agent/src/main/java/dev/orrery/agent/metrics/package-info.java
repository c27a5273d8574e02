/**
 * Metrics of the agent. {@link dev.orrery.agent.metrics.AgentMetrics} registers the counters that
 * the SDK keeps.
 *
 * <p>It only reads the counters of the SDK.
 */
package dev.orrery.agent.metrics;
