/**
 * Periodic maintenance: features that have some implement {@link
 * dev.orrery.scheduler.housekeeping.HousekeepingSource}, and {@link
 * dev.orrery.scheduler.housekeeping.HousekeepingLoop} runs it.
 */
package dev.orrery.scheduler.housekeeping;
