/**
 * Measures a steady load over a long time. {@link dev.orrery.bench.soak.SoakScenario} compares the
 * first third of the run with the last, and {@link dev.orrery.bench.soak.SteadyLoad} submits at a
 * fixed rate.
 *
 * <p>It finds growth and slowdown; peak rates belong to {@code throughput}.
 */
package dev.orrery.bench.soak;
