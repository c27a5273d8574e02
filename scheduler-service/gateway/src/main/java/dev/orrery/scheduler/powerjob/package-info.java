/**
 * The gateway for PowerJob workers. Towards the engine it is a worker: {@link
 * dev.orrery.scheduler.powerjob.GatewaySession} polls and reports with the services of the worker
 * API. Towards PowerJob it is a server, which pushes runs to the workers.
 *
 * <p>Every attempt has a number of its own in PowerJob's messages, so a report belongs to exactly
 * one attempt and the fence of the engine stays exact. Nothing depends on this package.
 *
 * <p>This is the module {@code gateway}, which a build may leave out. Begin with {@link
 * dev.orrery.scheduler.powerjob.GatewaySession}; {@link
 * dev.orrery.scheduler.powerjob.PowerJobModule} is what {@code core} sees of it. It may use {@code
 * core} and {@code powerjob}, the messages of PowerJob, and no other feature.
 */
package dev.orrery.scheduler.powerjob;
