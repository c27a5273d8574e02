/**
 * Cluster mode: replicas that know each other and talk over a port of their own. {@link
 * dev.orrery.scheduler.cluster.ClusterMode} starts it, {@link
 * dev.orrery.scheduler.cluster.ReplicaHeartbeat} keeps the row of this replica and reads the
 * others, and {@link dev.orrery.scheduler.cluster.ReplicaLinkRegistry} sends hints to them.
 *
 * <p>There is no leader, and no replica owns jobs or workers. Nothing here is needed for
 * correctness: without cluster mode replicas exchange hints through the database, which is the task
 * of {@code hint}.
 */
package dev.orrery.scheduler.cluster;
