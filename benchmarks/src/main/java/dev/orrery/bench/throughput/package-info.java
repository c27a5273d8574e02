/**
 * Measures throughput. {@link dev.orrery.bench.throughput.ThroughputScenario} submits instances in
 * batches with {@link dev.orrery.bench.throughput.BatchSubmitter} and measures until the last
 * result is accepted.
 *
 * <p>Instances do nothing, so the rate is that of the scheduler and not of the work.
 */
package dev.orrery.bench.throughput;
