/**
 * Graceful shutdown. {@link dev.orrery.scheduler.lifecycle.GracefulShutdown} makes the replica
 * unready, keeps serving for {@code orrery.shutdown.delay}, and runs the actions that other
 * packages have registered.
 *
 * <p>What a feature does at its own stop is in that feature.
 */
package dev.orrery.scheduler.lifecycle;
