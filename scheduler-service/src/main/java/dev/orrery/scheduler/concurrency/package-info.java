/**
 * Blocked instances: what waits because its job or app is paused, because the job has as many
 * instances at once as it may, or because an earlier one has not ended.
 *
 * <p>Everything of a job with a row in {@code job_concurrency} is blocked first, and only {@link
 * dev.orrery.scheduler.concurrency.BlockedInstanceService} makes it ready, under the lock of that
 * row, counting what is ready or running by then. Whatever ends only gives a hint after its commit;
 * one that is lost with its process is made up for by a look once in a while. So nothing else needs
 * the lock, and there is no counter that could be wrong.
 */
package dev.orrery.scheduler.concurrency;
