/**
 * Counts that the console shows: waiting instances by their reason, sizes of tables, and ended
 * instances by time. A database trigger counts the ends of each statement, {@link
 * dev.orrery.scheduler.statistics.EndCountCompaction} adds up the counts, and {@link
 * dev.orrery.scheduler.statistics.EndCountService} answers calls.
 *
 * <p>Counters of this replica since its start belong to {@code metrics}.
 */
package dev.orrery.scheduler.statistics;
