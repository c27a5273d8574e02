/**
 * Clients of the worker operations. {@link dev.orrery.worker.client.ProtocolClient} sends an
 * operation and returns its response; {@link dev.orrery.worker.client.HttpProtocolClient} uses
 * HTTP, and {@link dev.orrery.worker.client.TransportProtocolClient} a transport module such as
 * akka.
 *
 * <p>Only this package uses JSON and HTTP. It does not retry; callers decide with {@code core}'s
 * back-off.
 */
package dev.orrery.worker.client;
