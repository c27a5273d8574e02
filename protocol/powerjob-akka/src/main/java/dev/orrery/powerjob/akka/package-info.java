/**
 * The port for PowerJob workers whose protocol is AKKA. {@link dev.orrery.powerjob.akka.KryoCodec}
 * reads and writes their messages, whose classes are our own with PowerJob's names and fields: no
 * library of PowerJob is needed. {@link dev.orrery.powerjob.akka.ServerActor} receives them from an
 * actor system behind the proxy of {@code dev.orrery.transport.akka}.
 */
package dev.orrery.powerjob.akka;
