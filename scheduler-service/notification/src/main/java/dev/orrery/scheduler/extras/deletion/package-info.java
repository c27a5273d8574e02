/**
 * {@link dev.orrery.scheduler.extras.deletion.AppDeletionService} deletes an app with its jobs,
 * instances, tokens and webhooks. This package depends on all features whose rows an app owns, so
 * that {@code app} depends on none of them.
 */
package dev.orrery.scheduler.extras.deletion;
