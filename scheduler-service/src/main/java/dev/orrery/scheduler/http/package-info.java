/**
 * What all HTTP calls share before a resource serves them: connections and bodies with their
 * bounds, tokens and roles, JSON that people wrote, pages and preconditions, and errors as RFC 9457
 * JSON.
 */
package dev.orrery.scheduler.http;
