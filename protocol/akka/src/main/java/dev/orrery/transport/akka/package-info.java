/**
 * The protocol akka, on Apache Pekko. {@link dev.orrery.transport.akka.AkkaTransport} is the entry
 * point; {@link dev.orrery.transport.akka.AkkaSchedulerEnd} and {@link
 * dev.orrery.transport.akka.AkkaWorkerEnd} are its two sides, each of which {@link
 * dev.orrery.transport.akka.SystemSupervisor} keeps running.
 *
 * <p>The module is optional: its classes are loaded only if akka is active. {@code artery} holds
 * the actor systems, {@code proxy} protects their port.
 */
package dev.orrery.transport.akka;
