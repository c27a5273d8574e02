/**
 * Commands for instances: {@code run}, {@code ps}, {@code get}, {@code logs}, {@code cancel} and
 * {@code retry}. {@link dev.orrery.cli.instance.InstanceText} describes an instance, and {@link
 * dev.orrery.cli.instance.LogFollower} follows a log through restarts of the scheduler.
 *
 * <p>Commands print through {@code view} and decide nothing that the API decides.
 */
package dev.orrery.cli.instance;
