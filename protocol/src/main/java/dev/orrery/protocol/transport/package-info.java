/**
 * The interface of a transport that is in its own module, such as akka. {@link
 * dev.orrery.protocol.transport.TransportModule} is found by {@code ServiceLoader} and opens a
 * {@link dev.orrery.protocol.transport.SchedulerEnd} or a {@link
 * dev.orrery.protocol.transport.WorkerEnd}.
 *
 * <p>A transport moves bytes and authenticates peers if it uses TLS. It does not read messages, and
 * it does not depend on the scheduler or the SDK.
 */
package dev.orrery.protocol.transport;
