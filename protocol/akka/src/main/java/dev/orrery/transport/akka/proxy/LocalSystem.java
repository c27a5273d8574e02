package dev.orrery.transport.akka.proxy;

/**
 * The actor system behind the proxy.
 *
 * @param address exactly as peers write it, such as {@code akka://orrery@10.0.0.5:10086}
 * @param peers what its peers send to it
 */
public record LocalSystem(String address, PeerProfile peers) {}
