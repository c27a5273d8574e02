/**
 * Measures recovery after {@code kill -9}. {@link dev.orrery.bench.recovery.RecoveryScenario} kills
 * an agent or the only scheduler, and measures the time until all work runs again.
 *
 * <p>integration-tests checks the correctness after a crash.
 */
package dev.orrery.bench.recovery;
