/**
 * Runs the past fire times of a job that have no instance. {@link
 * dev.orrery.scheduler.backfill.BackfillService} computes the fire times, skips those that ran, and
 * inserts the rest in one transaction.
 *
 * <p>Fire times that were missed during an outage need no backfill: {@code fire} catches up on
 * those automatically.
 */
package dev.orrery.scheduler.backfill;
