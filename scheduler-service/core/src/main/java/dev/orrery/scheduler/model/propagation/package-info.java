/**
 * Makes the active instances of a changed job follow it: a pause or a limit blocks them, and a
 * deletion, a disabled trigger or a canceled backfill cancels them. {@link
 * dev.orrery.scheduler.model.propagation.JobChangePropagator} executes the first step in the
 * transaction of the change, and {@link dev.orrery.scheduler.model.propagation.JobReconciler} the
 * remaining steps, also after a crash.
 *
 * <p>The package {@code concurrency} decides which instances start.
 */
package dev.orrery.scheduler.model.propagation;
