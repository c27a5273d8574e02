/**
 * Brings ready instances to workers. {@link dev.orrery.scheduler.dispatch.PollService} parks polls,
 * {@link dev.orrery.scheduler.dispatch.Dispatcher} pairs them with lanes that have work, {@link
 * dev.orrery.scheduler.dispatch.ClaimBatcher} and {@link dev.orrery.scheduler.dispatch.ClaimStore}
 * claim instances for many polls in one statement, and {@link
 * dev.orrery.scheduler.dispatch.SessionDelivery} answers.
 *
 * <p>All state in memory is a cache: the database decides who holds an attempt. What happens to an
 * attempt after the answer belongs to {@code report} and {@code completion}.
 */
package dev.orrery.scheduler.dispatch;
