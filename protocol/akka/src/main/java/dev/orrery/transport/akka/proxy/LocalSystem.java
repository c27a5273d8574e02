package dev.orrery.transport.akka.proxy;

/**
 * The actor system behind the proxy.
 *
 * @param address exactly as peers write it, such as {@code akka://orrery@10.0.0.5:10086}
 * @param actor path of the only actor that peers may address; it is the same in the peers' systems
 */
public record LocalSystem(String address, String actor) {}
