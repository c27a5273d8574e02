/**
 * Counts for the console and for metrics: waiting instances by their reason, table sizes, and ended
 * instances by time. A database trigger counts the ends of each statement, {@link
 * dev.orrery.scheduler.extras.statistics.EndCountCompaction} adds up the counts, and {@link
 * dev.orrery.scheduler.extras.statistics.EndCountService} answers calls. {@link
 * dev.orrery.scheduler.extras.statistics.BacklogMetrics} registers gauges that read through a
 * {@link dev.orrery.scheduler.base.cache.CachedQuery}, so that frequent scrapes do not add queries.
 *
 * <p>Metrics of a feature belong to its package, in a class whose name ends in {@code Metrics}.
 *
 * <p>This is the module {@code statistics}. Begin with {@link
 * dev.orrery.scheduler.extras.statistics.EndCountCompaction}. It may use {@code core}, and no other
 * feature.
 */
package dev.orrery.scheduler.extras.statistics;
