/**
 * Notices that the database accepts no writes, or has changed under a running replica: a standby
 * was promoted, or a backup was restored. {@link
 * dev.orrery.scheduler.base.failover.FailoverDetector} probes all hosts of the database. {@link
 * dev.orrery.scheduler.base.failover.TimelineService} compares the position of the database with
 * the previous one, and clears all caches.
 *
 * <p>Only the due-work loop calls it. The statements of {@code dispatch} and {@code fire} compare
 * cached values with the rows, so they are correct even before a change is noticed.
 */
package dev.orrery.scheduler.base.failover;
