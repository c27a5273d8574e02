/**
 * Deletes an app with its jobs, instances, tokens and webhooks. It is above all features whose rows
 * an app owns, so that {@code app} knows none of them.
 */
package dev.orrery.scheduler.deletion;
