/**
 * The handling of HTTP calls that all resources share: limits of connections and bodies, tokens and
 * roles, JSON that people wrote, pages and preconditions, and errors as RFC 9457 JSON.
 */
package dev.orrery.scheduler.http;
