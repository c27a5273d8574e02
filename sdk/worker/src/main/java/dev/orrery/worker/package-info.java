/**
 * The worker SDK, which turns any Java application into a worker. {@link
 * dev.orrery.worker.WorkerSettings} configures and starts an {@link
 * dev.orrery.worker.OrreryWorker}, and a {@link dev.orrery.worker.Processor} runs attempts with an
 * {@link dev.orrery.worker.AttemptContext}.
 *
 * <p>The API for applications consists of this package, {@code capture} and {@code otel}; the other
 * packages below it are implementation.
 */
@NullMarked
package dev.orrery.worker;

import org.jspecify.annotations.NullMarked;
