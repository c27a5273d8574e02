/**
 * Periodic maintenance: partitions, retention, expired keys and repair checks. {@link
 * dev.orrery.scheduler.housekeeping.HousekeepingLoop} calls the packages that own the data.
 *
 * <p>Every replica runs it, and running it twice is harmless. Work that must happen on time belongs
 * to {@code due}.
 */
package dev.orrery.scheduler.housekeeping;
