/**
 * Measures the limit of the database without a scheduler. {@link dev.orrery.bench.raw.RawOwn} runs
 * the scheduler's own statements by plain JDBC, and {@link dev.orrery.bench.raw.RawBare} a minimal
 * claim and completion.
 *
 * <p>{@link dev.orrery.bench.raw.ProductStatement} reads the statements out of the scheduler's
 * classes, so that they cannot differ. {@link dev.orrery.bench.raw.RawBare} must never change,
 * because other figures are compared with it.
 */
package dev.orrery.bench.raw;
