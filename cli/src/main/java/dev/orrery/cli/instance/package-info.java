/**
 * The commands for instances: {@code run}, {@code ps}, {@code get}, {@code tree}, {@code parts},
 * {@code logs}, {@code cancel} and {@code retry}. {@link dev.orrery.cli.instance.InstanceText}
 * formats an instance, and {@link dev.orrery.cli.instance.LogFollower} follows a log across
 * restarts of the scheduler.
 *
 * <p>Commands print through {@code view} and leave decisions to the API.
 */
package dev.orrery.cli.instance;
