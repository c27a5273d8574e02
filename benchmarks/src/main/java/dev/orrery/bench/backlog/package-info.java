/**
 * Measures how fast instances are claimed while many wait. {@link
 * dev.orrery.bench.backlog.BacklogScenario} varies the backlog, and {@link
 * dev.orrery.bench.backlog.TopUp} keeps its size constant during the measurement.
 *
 * <p>Throughput without a backlog belongs to {@code throughput}.
 */
package dev.orrery.bench.backlog;
