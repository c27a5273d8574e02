/**
 * Counts of ended instances by time. A database trigger counts what each statement ends, {@link
 * dev.orrery.scheduler.endcount.EndCountCompaction} adds that up, and {@link
 * dev.orrery.scheduler.endcount.EndCountService} answers calls.
 *
 * <p>Counters of this replica since its start belong to {@code metrics}.
 */
package dev.orrery.scheduler.endcount;
