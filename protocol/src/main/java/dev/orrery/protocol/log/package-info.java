/**
 * Logging that scheduler, agent and transports share: {@link
 * dev.orrery.protocol.log.RateLimitedLog} for events that a client can cause at any rate, and
 * {@link dev.orrery.protocol.log.SafeLogFormatter} against forged lines.
 *
 * <p>All other log lines use the logger of their module directly.
 */
package dev.orrery.protocol.log;
