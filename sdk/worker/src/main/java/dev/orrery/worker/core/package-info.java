/**
 * The event loop of a worker. {@link dev.orrery.worker.core.EventLoop} runs one task at a time, so
 * the state of a worker needs no locks; {@link dev.orrery.worker.core.EventLoopThread} implements
 * it, and {@link dev.orrery.worker.core.FailureBackoff} spaces retries.
 *
 * <p>It depends on no other package of the SDK. No task may block.
 */
package dev.orrery.worker.core;
