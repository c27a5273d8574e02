/**
 * Features that the engine does not need: webhooks about jobs that fail or are late, counts for the
 * console and for metrics, and the deletion of whole apps.
 *
 * <p>The module {@code notification} has the alarms and the deletion of apps; counts are in the
 * module {@code statistics}. Begin with {@link
 * dev.orrery.scheduler.extras.notification.HealthEvaluation}, which decides what is worth a
 * message. It may use {@code core} and the mail client of Vert.x, and no other feature.
 */
package dev.orrery.scheduler.extras;
