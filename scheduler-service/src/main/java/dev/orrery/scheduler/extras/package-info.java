/**
 * What the engine runs without: webhooks about jobs that fail or are late, counts for the console
 * and for metrics, and the deletion of whole apps.
 */
package dev.orrery.scheduler.extras;
