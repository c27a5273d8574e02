/**
 * Caches of values that callers share for a short time. {@link
 * dev.orrery.scheduler.base.cache.ReadThroughCache} is the cache of every feature that reads the
 * same rows again and again; {@link dev.orrery.scheduler.base.cache.CachedQuery} is a query for
 * gauges.
 *
 * <p>Job versions, which never change, are cached in {@code job}.
 */
package dev.orrery.scheduler.base.cache;
