/**
 * Actor systems, and the message that they exchange. {@link
 * dev.orrery.transport.akka.artery.ArterySystem} starts an actor system with a fixed configuration,
 * {@link dev.orrery.transport.akka.artery.Envelope} is the only message, and {@link
 * dev.orrery.transport.akka.artery.DialActor} checks every address before Artery dials it.
 *
 * <p>An actor system listens on loopback only; peers reach it through {@code proxy}.
 */
package dev.orrery.transport.akka.artery;
