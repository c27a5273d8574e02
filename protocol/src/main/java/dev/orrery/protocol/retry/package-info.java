/**
 * Retries. {@link dev.orrery.protocol.retry.Backoff} is the one rule for the delay before a retry,
 * for worker, agent, transports and scheduler.
 *
 * <p>It has no state and no clock: the caller counts its failures.
 */
package dev.orrery.protocol.retry;
