/**
 * Parents: instances that are divided into parts, and wait for them. {@link
 * dev.orrery.scheduler.parent.ParentDecision} is the pure rule, {@link
 * dev.orrery.scheduler.parent.ParentLook} applies it under the lock of the parent's row, and {@link
 * dev.orrery.scheduler.parent.ParentService} decides when to look.
 *
 * <p>Parts are ordinary instances: {@code dispatch} gives them to workers, and {@code completion}
 * ends them. Nothing below knows this package: a part that ends only publishes a hint.
 */
package dev.orrery.scheduler.parent;
