/**
 * Measured values. {@link dev.orrery.bench.measure.Measurement} is the result of one round, {@link
 * dev.orrery.bench.measure.SampleSet} computes percentiles, {@link
 * dev.orrery.bench.measure.DatabaseCost} and {@link dev.orrery.bench.measure.ProcessUse} hold the
 * cost of a round.
 *
 * <p>Nothing here runs a scenario or prints a result.
 */
package dev.orrery.bench.measure;
