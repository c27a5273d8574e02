/**
 * The handling of HTTP calls that all resources share: limits of connections and bodies, tokens and
 * roles, pages and preconditions.
 */
package dev.orrery.scheduler.http;
