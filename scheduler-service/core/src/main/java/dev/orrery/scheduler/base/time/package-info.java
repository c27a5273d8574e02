/**
 * Clocks as beans. {@link dev.orrery.scheduler.base.time.TimeProducer} is the only place that reads
 * the clocks of the machine; all other code injects {@code InstantSource} or {@link
 * dev.orrery.scheduler.base.time.Ticker}.
 *
 * <p>ArchitectureTest enforces this.
 */
package dev.orrery.scheduler.base.time;
