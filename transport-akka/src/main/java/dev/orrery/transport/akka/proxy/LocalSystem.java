package dev.orrery.transport.akka.proxy;

/**
 * The actor system behind the guard.
 *
 * @param address exactly as peers write it, such as {@code akka://orrery@10.0.0.5:10086}
 * @param actor path of the only actor that peers may address, which their own has as well
 */
public record LocalSystem(String address, String actor) {}
