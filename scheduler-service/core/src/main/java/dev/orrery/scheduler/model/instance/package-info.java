/**
 * Instances: their states, rows and views, and the reason why one waits. {@link
 * dev.orrery.scheduler.model.instance.InstanceState} lists the states, {@link
 * dev.orrery.scheduler.model.instance.InstanceService} reads instances for the API, and {@link
 * dev.orrery.scheduler.model.instance.Fence} names the attempt that a report must match.
 *
 * <p>Changes belong elsewhere: {@code submission} and {@code fire} create instances, {@code
 * dispatch} claims them, {@code command} cancels them, and {@code completion} ends them.
 */
package dev.orrery.scheduler.model.instance;
