/**
 * The session with a scheduler. {@link dev.orrery.worker.session.SchedulerConnection} opens a
 * session and replaces it when it is lost; its phases are in {@link
 * dev.orrery.worker.session.ConnectionPhase}, discovery and handshake in {@link
 * dev.orrery.worker.session.Connector}. {@link dev.orrery.worker.session.Lease} is the worker's
 * conservative view of its lease.
 *
 * <p>Polls, renewals and reports use the {@link dev.orrery.worker.session.SchedulerSession} and
 * report a lost session back to the connection. All code here runs on the event loop.
 */
package dev.orrery.worker.session;
