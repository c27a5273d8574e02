/**
 * The delay before a retry. {@link dev.orrery.protocol.retry.Backoff} computes it for workers,
 * agents, transports and schedulers alike.
 *
 * <p>It has no state and no clock: the caller counts its failures.
 */
package dev.orrery.protocol.retry;
