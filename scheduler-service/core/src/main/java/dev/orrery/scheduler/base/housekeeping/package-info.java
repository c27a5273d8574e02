/**
 * Periodic maintenance: features that have some implement {@link
 * dev.orrery.scheduler.base.housekeeping.HousekeepingSource}, and {@link
 * dev.orrery.scheduler.base.housekeeping.HousekeepingLoop} runs it.
 */
package dev.orrery.scheduler.base.housekeeping;
