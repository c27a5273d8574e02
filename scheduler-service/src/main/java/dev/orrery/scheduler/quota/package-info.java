/**
 * Shares of resources that all apps use: queues, connections, streams and the memory of requests.
 * {@link dev.orrery.scheduler.quota.AppQuota} counts what each app holds and refuses more than its
 * share, so that one app cannot take everything; {@link dev.orrery.scheduler.quota.QuotaMetrics}
 * shows how full the shares are.
 *
 * <p>The feature that owns a resource defines its unit and the response to a refused caller. The
 * queues of group commits have their own limits, in {@code commit}.
 */
package dev.orrery.scheduler.quota;
