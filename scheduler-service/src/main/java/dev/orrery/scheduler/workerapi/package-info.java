/**
 * The operations that workers call, independent of the protocol. {@link
 * dev.orrery.scheduler.workerapi.WorkerApi} has one method for each operation and delegates to
 * {@code agreement}, {@code dispatch}, {@code report}, {@code logs} and {@code worker}.
 *
 * <p>Only {@code listener} calls it. Nothing here may block the calling thread.
 */
package dev.orrery.scheduler.workerapi;
