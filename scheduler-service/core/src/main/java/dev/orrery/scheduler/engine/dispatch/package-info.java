/**
 * Brings ready instances to workers: parks polls, claims instances for them, and sends attempts
 * again that did not reach their worker. {@link dev.orrery.scheduler.engine.dispatch.PollService}
 * accepts polls, {@link dev.orrery.scheduler.engine.dispatch.SessionDelivery} parks and answers
 * them, {@link dev.orrery.scheduler.engine.dispatch.Dispatcher} matches them with lanes that have
 * work, and {@link dev.orrery.scheduler.engine.dispatch.ClaimBatcher} with {@link
 * dev.orrery.scheduler.engine.dispatch.ClaimStore} claims instances for many polls in one
 * statement. {@link dev.orrery.scheduler.engine.dispatch.LaneScan} and {@link
 * dev.orrery.scheduler.engine.dispatch.ClaimCursor} decide what a claim scans, and {@link
 * dev.orrery.scheduler.engine.dispatch.RedeliveryService} sends attempts again that their worker
 * does not have.
 *
 * <p>All state in memory is a cache: the database decides which session holds an attempt. What
 * happens to an attempt after the answer belongs to {@code report} and {@code completion}.
 */
package dev.orrery.scheduler.engine.dispatch;
