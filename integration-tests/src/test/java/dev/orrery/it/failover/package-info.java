/**
 * The database moves, freezes or loses its last commits under two replicas and two workers. {@link
 * dev.orrery.it.failover.FailoverIT} has these faults, and {@link
 * dev.orrery.it.failover.FailoverTableIT} those of a database that keeps its place; {@code
 * FailoverTrial} puts each of them under a steady load and compares what was acknowledged with what
 * ran.
 */
package dev.orrery.it.failover;
