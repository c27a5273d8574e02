/**
 * Metrics of the agent. {@link dev.orrery.agent.metrics.AgentMetrics} registers the counters that
 * the SDK keeps.
 *
 * <p>Nothing is counted here, and nothing here changes what a worker does.
 */
package dev.orrery.agent.metrics;
