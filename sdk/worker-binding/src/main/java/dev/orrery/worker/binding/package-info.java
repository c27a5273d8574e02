/**
 * Turns methods with {@link dev.orrery.worker.annotation.OrreryJob} into processors of a worker.
 * {@link dev.orrery.worker.binding.JobCollector} is the entry point; a framework configures how it
 * converts parameters and writes results.
 *
 * <p>Jobs that annotations declare, and their transfer to the scheduler, are in {@code declare}.
 */
package dev.orrery.worker.binding;
