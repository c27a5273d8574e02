/**
 * Checks that run before every resource: body size, ambiguous paths, unknown query parameters, an
 * unknown schema, silent or slow connections, and connections to close at shutdown. {@link
 * dev.orrery.scheduler.http.filter.PathGate} and {@link dev.orrery.scheduler.http.filter.BodyGate}
 * are the main ones.
 *
 * <p>Rules that need a token or an app do not belong here; see {@code security} and {@code app}.
 */
package dev.orrery.scheduler.http.filter;
