package dev.orrery.transport.akka.proxy;

/**
 * The actor system behind the proxy: its address, and the messages that it accepts.
 *
 * @param address exactly as peers write it, such as {@code akka://orrery@10.0.0.5:10086}
 * @param peers the messages that its peers may send to it
 */
public record LocalSystem(String address, PeerProfile peers) {}
