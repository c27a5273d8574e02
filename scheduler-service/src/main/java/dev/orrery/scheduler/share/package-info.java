/**
 * Shares of what all apps use together: queues, streams, deliveries. {@link
 * dev.orrery.scheduler.share.AppShare} counts what each app holds and refuses more than its share,
 * so that one app cannot take everything; {@link dev.orrery.scheduler.share.ShareMetrics} shows how
 * full the shares are.
 *
 * <p>It knows neither the shared thing nor the answer to a refused caller: the feature that owns
 * the thing decides both. Queues before a commit count for themselves, in {@code commit}.
 */
package dev.orrery.scheduler.share;
