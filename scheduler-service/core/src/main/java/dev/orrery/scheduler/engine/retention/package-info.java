/**
 * Deletes old rows: ended instances with their logs, ended sessions, backfills and idempotency
 * keys. {@link dev.orrery.scheduler.engine.retention.PartitionExpiry} drops whole days, {@link
 * dev.orrery.scheduler.engine.retention.HistoryPerJob} keeps a limited number of instances per job,
 * and {@link dev.orrery.scheduler.engine.retention.PruneStore} deletes the rest in bounded steps.
 *
 * <p>{@link dev.orrery.scheduler.base.housekeeping.HousekeepingLoop} runs them and the chores of
 * other features. Every replica runs it, and running it twice is harmless. Work that must happen on
 * time belongs to {@code fire}. Instances that have not ended are never deleted.
 */
package dev.orrery.scheduler.engine.retention;
