/**
 * The ports that workers dial. {@link dev.orrery.scheduler.listener.HttpListener} and {@link
 * dev.orrery.scheduler.listener.AkkaListener} open the port of an active protocol; {@link
 * dev.orrery.scheduler.listener.WorkerApiResource} and {@link
 * dev.orrery.scheduler.listener.AkkaWorkerApi} translate its requests into calls of {@link
 * dev.orrery.scheduler.listener.WorkerApi}.
 *
 * <p>No rule about sessions or attempts belongs here, so that both protocols behave alike.
 */
package dev.orrery.scheduler.listener;
