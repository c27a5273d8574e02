/**
 * Makes the active instances of a changed job follow it: they are blocked by a pause or a limit,
 * and canceled by a deletion, a disabled trigger or a canceled backfill. {@link
 * dev.orrery.scheduler.propagation.JobChangePropagator} takes the first step in the transaction of
 * the change, and {@link dev.orrery.scheduler.propagation.JobReconciler} the others, also after a
 * crash.
 *
 * <p>The package {@code concurrency} decides which instances start.
 */
package dev.orrery.scheduler.propagation;
