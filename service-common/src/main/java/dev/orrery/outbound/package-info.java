/**
 * Sends HTTP requests whose URL a user chose. {@link dev.orrery.outbound.OutboundHttp} resolves the
 * name once, checks every address against the allowed networks, and dials exactly a checked
 * address; redirects are checked in the same way.
 *
 * <p>The processor {@code http} of the agent and the webhooks of the scheduler use it. Only {@link
 * dev.orrery.outbound.NameResolver} may look up names.
 */
package dev.orrery.outbound;
