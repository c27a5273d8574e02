/**
 * Measures the latency of single instances on an idle system. {@link
 * dev.orrery.bench.latency.LatencyScenario} measures from the call to the result, and from the due
 * time to the start.
 *
 * <p>Delays under load belong to {@code lateness}.
 */
package dev.orrery.bench.latency;
