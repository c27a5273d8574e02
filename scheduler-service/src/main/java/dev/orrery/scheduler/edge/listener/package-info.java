/**
 * The ports that workers dial. {@link dev.orrery.scheduler.edge.listener.HttpListener} and {@link
 * dev.orrery.scheduler.edge.listener.AkkaListener} open the port of an active protocol; {@link
 * dev.orrery.scheduler.edge.listener.HttpWorkerApi} and {@link
 * dev.orrery.scheduler.edge.listener.AkkaWorkerApi} pass its requests to {@link
 * dev.orrery.scheduler.edge.listener.WorkerOperations}, which reads them and calls {@link
 * dev.orrery.scheduler.edge.listener.WorkerApi}.
 *
 * <p>No rule about sessions or attempts belongs here, so that both protocols behave alike.
 */
package dev.orrery.scheduler.edge.listener;
