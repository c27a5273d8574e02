/**
 * Authentication by token, roles, and the end of waiting calls whose token is revoked. {@link
 * dev.orrery.scheduler.http.security.TokenAuthentication} reads the bearer token, {@link
 * dev.orrery.scheduler.http.security.TokenCache} finds the {@link
 * dev.orrery.scheduler.http.security.Caller}, and {@link dev.orrery.scheduler.http.security.Role}
 * defines what the token allows.
 *
 * <p>{@link dev.orrery.scheduler.http.security.CallerWatch} ends calls that wait, such as parked
 * polls and followed logs, once their caller is no longer valid.
 *
 * <p>Tokens are issued in {@code app}. The cluster port does not use tokens; it has its own secret
 * in {@code cluster}.
 */
package dev.orrery.scheduler.http.security;
