/**
 * Deletes old rows: ended instances with their logs, ended sessions, backfills and idempotency
 * keys. {@link dev.orrery.scheduler.retention.PartitionExpiry} drops whole days, {@link
 * dev.orrery.scheduler.retention.HistoryPerJob} keeps a limited number of instances per job, and
 * {@link dev.orrery.scheduler.retention.PruneStore} deletes the rest in bounded steps.
 *
 * <p>{@code housekeeping} schedules them. Active instances are never deleted.
 */
package dev.orrery.scheduler.retention;
