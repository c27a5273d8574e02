/**
 * Notices that the database takes no write, or is no longer the one that it was: a standby was
 * promoted, or a backup was restored, under a running replica. {@link
 * dev.orrery.scheduler.failover.FailoverDetector} probes all hosts of the database. {@link
 * dev.orrery.scheduler.failover.TimelineService} compares the position of the database with the
 * last one, and has all caches forgotten.
 *
 * <p>Only the due-work loop calls it. The statements of {@code dispatch} and {@code fire} compare
 * what is remembered with the rows, so they are right also before a change is noticed.
 */
package dev.orrery.scheduler.failover;
