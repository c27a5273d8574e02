/**
 * Asks the scheduler for work. {@link dev.orrery.worker.poll.Poller} keeps one poll open: for
 * attempts while capacity is free, and always for cancels.
 *
 * <p>It hands attempts to {@code attempt} and runs none. All code here runs on the event loop.
 */
package dev.orrery.worker.poll;
