/**
 * Commands of users for existing instances: cancel and retry. {@link
 * dev.orrery.scheduler.engine.command.InstanceCommandService} carries out one command, {@link
 * dev.orrery.scheduler.engine.command.BulkCommandService} one for all instances that a filter
 * selects, and {@link dev.orrery.scheduler.engine.command.BulkCancellation} cancels many instances
 * in the transaction of its caller.
 *
 * <p>Submitting new instances belongs to {@code submission}, reading them to {@code instance}.
 */
package dev.orrery.scheduler.engine.command;
