package dev.orrery.transport.akka.proxy;

import java.net.InetSocketAddress;

/**
 * The address of the actor system behind the proxy, and the password for it.
 *
 * @param address on the loopback interface
 * @param password that each connection sends first; may be empty
 */
@SuppressWarnings("ArrayRecordComponent")
public record Upstream(InetSocketAddress address, byte[] password) {}
