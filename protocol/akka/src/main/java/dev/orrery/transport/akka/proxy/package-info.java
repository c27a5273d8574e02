/**
 * The proxy in front of Artery. {@link dev.orrery.transport.akka.proxy.FrameProxy} listens on the
 * advertised port, terminates TLS, and forwards only frames that {@link
 * dev.orrery.transport.akka.proxy.FrameCheck} and {@link
 * dev.orrery.transport.akka.proxy.SenderCheck} accept, within {@link
 * dev.orrery.transport.akka.proxy.ProxyLimits}.
 *
 * <p>It reads the frame format and no message of Orrery. One thread serves all connections, so
 * nothing here may block.
 */
package dev.orrery.transport.akka.proxy;
