/**
 * Measures flows. {@link dev.orrery.bench.flows.FlowsScenario} starts many at once and waits for
 * their end; its rate is compared with that of {@code throughput}. {@link
 * dev.orrery.bench.flows.SingleRuns} measures one flow at a time beside single runs.
 */
package dev.orrery.bench.flows;
