/**
 * Parts of this replica that must make progress. {@link dev.orrery.scheduler.watch.ProgressWatch}
 * exports for how long each has made none; {@link dev.orrery.scheduler.watch.ProgressHealthCheck}
 * makes the replica unready where only its own process is stuck.
 *
 * <p>A part is registered where its structure is made, such as a group commit. The progress of
 * attempts, which users see, is in {@code progress}.
 */
package dev.orrery.scheduler.watch;
