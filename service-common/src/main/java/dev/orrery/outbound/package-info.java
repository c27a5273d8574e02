/**
 * Sends HTTP requests whose URL a user chose. {@link dev.orrery.outbound.OutboundHttp} resolves the
 * name once, checks every address against the allowed networks, and dials exactly a checked
 * address; redirects are checked in the same way.
 *
 * <p>The agent's {@code http} processor and the scheduler's webhooks use it. Only {@link
 * dev.orrery.outbound.NameResolver} may look up names.
 */
package dev.orrery.outbound;
