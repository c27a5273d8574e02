/**
 * Quotas, rate limits and queues that share resources fairly between apps. docs/fairness.md lists
 * the shared resources with their rules. {@link dev.orrery.scheduler.base.quota.AppQuota} limits
 * what an app holds, {@link dev.orrery.scheduler.base.quota.AppRateLimiter} how often it does
 * something, and in a {@link dev.orrery.scheduler.base.quota.FairQueue} apps take turns.
 *
 * <p>The feature that owns a resource defines its unit, its bounds and the response to a refused
 * caller.
 */
package dev.orrery.scheduler.base.quota;
