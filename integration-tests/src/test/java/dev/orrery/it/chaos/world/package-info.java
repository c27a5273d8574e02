/**
 * The processes of a chaos run. {@link dev.orrery.it.chaos.world.TestCluster} starts replicas,
 * agents and their database with a {@link dev.orrery.it.chaos.world.NetworkLink} between any two
 * that can be disturbed.
 *
 * <p>It starts and restarts; {@code fault} decides which fault strikes.
 */
package dev.orrery.it.chaos.world;
