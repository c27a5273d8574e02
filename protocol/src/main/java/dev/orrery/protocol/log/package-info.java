/**
 * Logging that scheduler, agent and transports share: {@link
 * dev.orrery.protocol.log.RateLimitedLog} for events that a client can cause at any rate.
 *
 * <p>All other log lines use the logger of their module directly.
 */
package dev.orrery.protocol.log;
