/**
 * The processes of a chaos run. {@link dev.orrery.it.chaos.world.TestCluster} starts replicas,
 * agents and their database with a {@link dev.orrery.it.chaos.world.NetworkLink} between any two
 * that can be disturbed.
 *
 * <p>It starts and restarts; which fault strikes is decided in {@code fault}.
 */
package dev.orrery.it.chaos.world;
