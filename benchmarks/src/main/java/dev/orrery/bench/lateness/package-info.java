/**
 * Measures how late jobs start that are all due at the same second. {@link
 * dev.orrery.bench.lateness.LatenessScenario} creates the jobs, and {@link
 * dev.orrery.bench.lateness.TickObserver} reads the delays from the database.
 *
 * <p>Only the clock of the database counts, so clocks of workers do not matter.
 */
package dev.orrery.bench.lateness;
