/**
 * Webhooks: their documents and secrets, the events that they get, and deliveries with retries.
 * {@link dev.orrery.scheduler.extras.notification.HealthEvaluation} finds jobs that failed,
 * recovered, missed a fire time or are late, and writes messages to the outbox; {@link
 * dev.orrery.scheduler.extras.notification.DeliveryService} sends them at least once. {@link
 * dev.orrery.scheduler.extras.notification.NotificationLoop} runs both.
 *
 * <p>Users manage webhooks through {@link dev.orrery.scheduler.extras.notification.WebhookService}.
 * Requests go through {@code dev.orrery.outbound}, which dials allowed networks only.
 */
package dev.orrery.scheduler.extras.notification;
