/**
 * Authentication by token. {@link dev.orrery.scheduler.security.TokenAuthentication} reads the
 * bearer token, {@link dev.orrery.scheduler.security.TokenCache} finds the {@link
 * dev.orrery.scheduler.security.Caller}, and {@link dev.orrery.scheduler.security.Role} defines
 * what the token allows.
 *
 * <p>Tokens are issued in {@code app}. The cluster port does not use tokens; it has its own secret
 * in {@code cluster}.
 */
package dev.orrery.scheduler.security;
