/**
 * Concurrency limits of jobs: decides which blocked instance may start next. Instances are blocked
 * while their job or app is paused, while the job already has as many active instances as it
 * allows, or while an earlier instance must end first.
 *
 * <p>Each new instance of a job with a row in {@code job_concurrency} starts blocked. Only {@link
 * dev.orrery.scheduler.model.concurrency.UnblockService} makes it ready: it locks that row and
 * counts the instances that are ready or running. Code that ends an instance only publishes a hint
 * after its commit; a periodic check covers hints that are lost with their process. So the end of
 * an instance needs no lock of that row, and there is no counter that could drift.
 */
package dev.orrery.scheduler.model.concurrency;
