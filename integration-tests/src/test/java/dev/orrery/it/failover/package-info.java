/**
 * Moves or freezes the database, or loses its last commits, under two replicas and two workers.
 * {@link dev.orrery.it.failover.FailoverIT} has these faults, and {@link
 * dev.orrery.it.failover.FailoverTableIT} the faults of a database that stays in place; {@code
 * FailoverTrial} runs each of them under a steady load and compares acknowledged with executed
 * runs.
 */
package dev.orrery.it.failover;
