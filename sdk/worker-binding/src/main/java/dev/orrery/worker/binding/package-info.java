/**
 * Makes methods with {@link dev.orrery.worker.annotation.OrreryJob} processors of a worker. {@link
 * dev.orrery.worker.binding.JobCollector} is the entry point; a framework tells it how to convert
 * parameters and to write results.
 *
 * <p>Jobs that annotations declare, and their transfer to the scheduler, are in {@code declare}.
 */
package dev.orrery.worker.binding;
