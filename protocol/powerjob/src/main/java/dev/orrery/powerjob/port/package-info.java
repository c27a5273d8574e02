/**
 * The interface of a port for PowerJob workers that is in its own module, such as the one for AKKA.
 * {@link dev.orrery.powerjob.port.WorkerPortModule} is found by {@code ServiceLoader}.
 */
package dev.orrery.powerjob.port;
