/**
 * The entry points of the service: its start, the ports that workers dial, the console, and the
 * port between replicas. Only the gateway for PowerJob is above this area.
 *
 * <p>This is the module {@code scheduler-service}, the program. Begin with {@link
 * dev.orrery.scheduler.edge.startup.Main}. It may use {@code core}. It packages {@code flow},
 * {@code notification}, {@code statistics}, {@code gateway}, {@code console}, {@code
 * transport-akka} and {@code powerjob-akka}, but the compiler refuses an import of theirs. Its
 * tests are those that need the running service.
 */
package dev.orrery.scheduler.edge;
