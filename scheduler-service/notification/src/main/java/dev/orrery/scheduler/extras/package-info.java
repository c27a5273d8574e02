/**
 * Features that the engine does not need: webhooks about jobs that fail or are late, counts for the
 * console and for metrics, and the deletion of whole apps.
 */
package dev.orrery.scheduler.extras;
