/**
 * Metrics of the database's content, such as waiting instances and table sizes. {@link
 * dev.orrery.scheduler.metrics.BacklogMetrics} and {@link
 * dev.orrery.scheduler.metrics.TableMetrics} register gauges that read through a {@link
 * dev.orrery.scheduler.cache.CachedQuery}, so that frequent scrapes do not add queries.
 *
 * <p>Metrics of a feature belong to its package, in a class whose name ends in {@code Metrics}.
 */
package dev.orrery.scheduler.metrics;
