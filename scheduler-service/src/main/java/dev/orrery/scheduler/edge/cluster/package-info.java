/**
 * Cluster mode: replicas that know each other and exchange messages over a separate port. {@link
 * dev.orrery.scheduler.edge.cluster.ClusterMode} starts it, {@link
 * dev.orrery.scheduler.edge.cluster.ReplicaHeartbeat} updates the row of this replica and reads
 * those of the others, and {@link dev.orrery.scheduler.edge.cluster.ReplicaLinkRegistry} sends
 * hints to them.
 *
 * <p>There is no leader, and no replica owns jobs or workers. Nothing here is needed for
 * correctness: without cluster mode, {@code hint} exchanges hints through the database.
 */
package dev.orrery.scheduler.edge.cluster;
