/**
 * The order of start and stop, graceful shutdown, and the detection of parts that make no progress.
 * {@link dev.orrery.scheduler.base.lifecycle.GracefulShutdown} makes the replica unready, keeps
 * serving for {@code orrery.shutdown.delay}, and runs the actions that other packages have
 * registered.
 *
 * <p>{@link dev.orrery.scheduler.base.lifecycle.ProgressWatch} reports parts of the service that
 * make no progress.
 *
 * <p>The work of a feature at shutdown belongs to that feature.
 */
package dev.orrery.scheduler.base.lifecycle;
