/**
 * Metrics of the agent. {@link dev.orrery.agent.metrics.AgentMetrics} registers those of its
 * worker.
 *
 * <p>It only reads the counters of the SDK.
 */
package dev.orrery.agent.metrics;
