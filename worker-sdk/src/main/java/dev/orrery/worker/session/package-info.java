/**
 * The session with a scheduler. {@link dev.orrery.worker.session.SchedulerConnection} finds a
 * scheduler, shakes hands, and starts again when the session is lost; {@link
 * dev.orrery.worker.session.Lease} is the worker's own, cautious view of its lease.
 *
 * <p>Polls, renewals and reports use the {@link dev.orrery.worker.session.SchedulerSession} and
 * report a lost session back to the connection. All code here runs on the event loop.
 */
package dev.orrery.worker.session;
